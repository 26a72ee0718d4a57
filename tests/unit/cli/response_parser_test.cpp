#include "cli/rehearse/request_text.hpp"
#include "cli/rehearse/response_parser.hpp"
#include "tests/unit/cli/rehearse_fixture.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace registrar;
using namespace registrar::rehearsal;
using namespace registrar::test;

namespace {

const std::string answered = "HTTP/1.1 200 OK\r\n"
                             "Content-Type: application/json\r\n"
                             "idempotency-REPLAYED: true\r\n"
                             "Retry-After: 3\r\n"
                             "Connection: close\r\n"
                             "Content-Length: 5\r\n\r\nhello";

parse_state parse(std::string_view bytes) {
  http_response response;
  auto used = std::size_t{0};
  return parse_response(bytes, response, used);
}

} // namespace

TEST_CASE("an answer is read with the fields that matter") {
  http_response response;
  auto used = std::size_t{0};
  auto bytes = answered + "more";
  REQUIRE(parse_response(bytes, response, used) == parse_state::complete);
  CHECK(used == answered.size());
  CHECK(response.status == 200);
  CHECK(response.body == "hello");
  CHECK(response.is_replay);
  CHECK(response.closes);
  CHECK(response.retry_after == std::chrono::seconds{3});
}

TEST_CASE("every front of an answer is incomplete") {
  for (auto size = std::size_t{0}; size < answered.size(); ++size)
    CHECK(parse(answered.substr(0, size)) == parse_state::incomplete);
}

TEST_CASE("what is no answer, or has no length, is broken") {
  for (auto* wrong :
       {"SSH-2.0\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    CAPTURE(wrong);
    CHECK(parse(wrong) == parse_state::broken);
  }
  CHECK(parse("HTTP/1.1 204 No Content\r\n\r\n") == parse_state::complete);
}

TEST_CASE("the length said is the length of the body") {
  std::array<section_id, 3> sections{
    numbered<section_id>(1), numbered<section_id>(2), numbered<section_id>(3)};
  for (auto count : {1u, 2u, 3u}) {
    std::string bytes;
    write_registration(bytes, "127.0.0.1:1", route::drop_sections, student(1),
                       std::span{sections}.first(count), "key");
    auto body = bytes.substr(bytes.find("\r\n\r\n") + 4);
    CHECK(bytes.find("Content-Length: " + std::to_string(body.size()) + "\r\n")
          != std::string::npos);
    CHECK(bytes.starts_with("POST /api/v1/drop HTTP/1.1\r\n"));
    CHECK(bytes.find("Idempotency-Key: key\r\n") != std::string::npos);
  }
}
