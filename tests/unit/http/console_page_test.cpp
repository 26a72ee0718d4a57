// What `/console` answers, with a page and without one.

#include "http/console/console_page.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/sha.h>

using namespace registrar;

namespace {

constexpr console_page sample_page{"<!doctype html>",
                                   "script+hash=", "style+hash="};

http_response refused_answer() {
  http_response result;
  result.status = 401;
  result.content_type = "application/problem+json";
  result.body = "{}";
  result.headers.add("WWW-Authenticate", "Bearer realm=\"registrar\"");
  return result;
}

std::string hash_of(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         digest);
  unsigned char result[64];
  auto size = EVP_EncodeBlock(result, digest, SHA256_DIGEST_LENGTH);
  return {reinterpret_cast<char*>(result), static_cast<std::size_t>(size)};
}

/// What stands between two marks, of which there is one pair.
std::string_view between(std::string_view text, std::string_view begin,
                         std::string_view end) {
  auto from = text.find(begin);
  REQUIRE(from != std::string_view::npos);
  CHECK(text.find(begin, from + 1) == std::string_view::npos);
  from += begin.size();
  return text.substr(from, text.find(end, from) - from);
}

} // namespace

TEST_CASE("the page runs its own script and asks its own service only") {
  auto answer = console_response(sample_page);
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "text/html; charset=utf-8");
  CHECK(answer.body == sample_page.html);
  CHECK(answer.headers.find("Content-Security-Policy")
        == "default-src 'none'; script-src 'sha256-script+hash='; style-src "
           "'sha256-style+hash='; connect-src 'self'; img-src data:; base-uri "
           "'none'; form-action 'none'; frame-ancestors 'none'");
  CHECK(answer.headers.find("Cache-Control") == "no-cache");
  CHECK(answer.headers.has("ETag"));
}

TEST_CASE("where the page was not built, the answer says what to install") {
  auto answer = console_response({});
  CHECK(answer.status == 404);
  auto problem = nlohmann::json::parse(answer.body);
  CHECK(problem["code"] == "console_not_built");
  CHECK(problem["detail"].get<std::string>().find("Node.js")
        != std::string::npos);
}

TEST_CASE("a refusal for want of a token is the page, under its status") {
  auto answer = console_refusal(sample_page, refused_answer());
  CHECK(answer.status == 401);
  CHECK(answer.content_type == "text/html; charset=utf-8");
  CHECK(answer.body == sample_page.html);
  CHECK(answer.headers.find("WWW-Authenticate")
        == "Bearer realm=\"registrar\"");
  CHECK(answer.headers.find("Cache-Control") == "no-store");
}

TEST_CASE("where the page was not built, a refusal stays what it is") {
  auto answer = console_refusal({}, refused_answer());
  CHECK(answer.status == 401);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(answer.body == "{}");
}

TEST_CASE("what was built is whole, and the policy lets it in") {
  auto built = built_console_page();
  if (!built.is_built()) {
    MESSAGE("this build has no console");
    CHECK(built.script_hash.empty());
    return;
  }
  CHECK(built.html.starts_with("<!doctype html>"));
  CHECK(built.script_hash
        == hash_of(between(built.html, "<script>", "</script>")));
  CHECK(built.style_hash
        == hash_of(between(built.html, "<style>", "</style>")));
  for (auto part : {" src=", "@import", "url(http", "url(//", "import("})
    CHECK(built.html.find(part) == std::string_view::npos);
  for (auto part : {"Jason Miller", "Leon Sorokin", "Apache License"})
    CHECK(built.html.find(part) != std::string_view::npos);
}
