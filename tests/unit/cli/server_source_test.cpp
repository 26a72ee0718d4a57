#include "cli/server_source.hpp"
#include "tests/unit/cli/toy_server.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace registrar;
using namespace registrar::test;

namespace {

/// Far longer than any test may take.
constexpr auto for_ever = std::chrono::milliseconds{600'000};

std::string url_of(const toy_server& server) {
  return "http://127.0.0.1:" + std::to_string(server.port());
}

} // namespace

TEST_CASE("a source gets a new token where the former one is taken no more") {
  // Each token is good for two questions.
  std::map<std::string, int> uses;
  toy_server server{[&](auto, auto& request) {
    auto token = request.substr(request.find("Bearer "), 8);
    return toy_server::answered(++uses[token] > 2 ? 401 : 200, "{}");
  }};
  auto made = 0;
  server_source source{url_of(server),
                       [&]() -> fallible<bearer> {
                         return bearer{std::to_string(made++), "operator"};
                       },
                       for_ever};
  for (auto question = 0; question < 5; ++question) {
    auto answer = source.get("/");
    REQUIRE(answer);
    CHECK(answer->status == 200);
  }
  CHECK(made == 3);
}

TEST_CASE("a source whose new token is refused says so") {
  toy_server server{
    [](auto, auto&) { return toy_server::answered(401, "{}"); }};
  server_source source{url_of(server),
                       [] { return fallible<bearer>{bearer{"x"}}; }, for_ever};
  CHECK_FALSE(source.get("/"));
  source.cancel();
  auto after = source.get("/");
  REQUIRE_FALSE(after);
  CHECK(after.error().code == ec::shutting_down);
}
