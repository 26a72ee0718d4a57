#include "cli/http_client.hpp"
#include "tests/unit/cli/toy_server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

/// Far longer than any test may take.
constexpr auto for_ever = std::chrono::milliseconds{600'000};

std::string url_of(const toy_server& server) {
  return "http://127.0.0.1:" + std::to_string(server.port());
}

/// The beginning of an answer whose end never comes.
constexpr auto unfinished = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12";

} // namespace

TEST_CASE("a server that does not finish its answer is given up") {
  toy_server server{[](auto, auto&) { return unfinished; }};
  http_client client{url_of(server), {}, 100ms};
  for (auto attempt = 0; attempt < 2; ++attempt) {
    auto answer = client.get("/");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ec::deadline_exceeded);
    CHECK(answer.error().detail.find("did not answer") != std::string::npos);
  }
}

TEST_CASE("a question is ended from another thread, and no more are asked") {
  std::atomic<int> asked{0};
  toy_server server{[&](auto, auto&) {
    ++asked;
    return unfinished;
  }};
  http_client client{url_of(server), {}, for_ever};
  std::thread other{[&] {
    while (asked == 0)
      std::this_thread::yield();
    client.cancel();
  }};
  CHECK_FALSE(client.get("/"));
  other.join();
  CHECK_FALSE(client.get("/"));
  CHECK(asked == 1);
}

TEST_CASE("a connection is kept, and made again after the server closed it") {
  std::atomic<std::uint64_t> connections{0};
  toy_server server{[&](auto number, auto& request) {
    connections = number + 1;
    return request.find("/last") == std::string::npos
             ? toy_server::answered(200, "more")
             : toy_server::answered(200, "end", "Connection: close\r\n");
  }};
  http_client client{url_of(server)};
  for (const auto* path : {"/", "/", "/last", "/"}) {
    auto answer = client.get(path);
    REQUIRE(answer);
    CHECK(answer->status == 200);
  }
  CHECK(connections == 2);
}

TEST_CASE("a refused token names the role that is needed") {
  toy_server server{
    [](auto, auto&) { return toy_server::answered(401, "{}"); }};
  http_client client{url_of(server), {"sesame", "operator"}};
  auto answer = client.get("/");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().detail.find("refuses the token") != std::string::npos);
  CHECK(answer.error().detail.find("the role operator") != std::string::npos);
}
