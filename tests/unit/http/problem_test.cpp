#include "http/problem.hpp"

#include "tests/ids_of.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <set>

using namespace registrar;
using namespace std::chrono_literals;
using nlohmann::json;
using registrar::test::id;

namespace {

std::string retry_after(const http_response& response) {
  return std::string{response.headers.find("Retry-After")};
}

} // namespace

TEST_CASE("a problem has the five members and their types") {
  auto response = problem(422, "key_mismatch", "Use another key.");
  CHECK(response.status == 422);
  CHECK(response.content_type == "application/problem+json");
  auto body = json::parse(response.body);
  CHECK(body["type"] == "urn:registrar:problem:key-mismatch");
  CHECK(body["title"] == "Unprocessable Content");
  CHECK(body["status"] == 422);
  CHECK(body["detail"] == "Use another key.");
  CHECK(body["code"] == "key_mismatch");
  CHECK(body.size() == 5);
}

TEST_CASE("what a client sent cannot break the problem that quotes it") {
  auto response = problem(400, "invalid_request", "a\"b\\c\n\xff");
  CHECK(json::parse(response.body, nullptr, false).is_object());
}

TEST_CASE("a 503 comes with a Retry-After that varies") {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < 200; ++i)
    seen.insert(retry_after(problem({ec::overloaded, "Too much."})));
  CHECK(seen.size() > 1);
  for (const auto& seconds : seen) {
    CHECK(std::stoi(seconds) >= 1);
    CHECK(std::stoi(seconds) <= 10);
  }
  CHECK(retry_after(problem({ec::not_found, "None."})).empty());
}

TEST_CASE("every failure has a status and none is a 500") {
  for (std::uint8_t i = 1; i <= static_cast<std::uint8_t>(ec::internal); ++i) {
    auto status = problem({static_cast<ec>(i), "It failed."}).status;
    CHECK((status == 400 || status == 404 || status == 409 || status == 412
           || status == 503));
  }
}

TEST_CASE("a doubtful answer tells to ask again under the same key") {
  auto body = json::parse(problem({ec::in_doubt, "No answer."}).body);
  CHECK(body["status"] == 503);
  auto detail = body["detail"].get<std::string>();
  CHECK(detail.find("same Idempotency-Key") != std::string::npos);
}

TEST_CASE("a key in flight says when to ask again, in whole seconds") {
  CHECK(retry_after(key_in_flight(0ms)) == "1");
  auto seconds = std::stoi(retry_after(key_in_flight(2500ms)));
  CHECK(seconds >= 3);
  CHECK(std::stoi(retry_after(key_in_flight(24h))) <= 60);
  CHECK(key_in_flight(1s).status == 409);
}

TEST_CASE("an undecided registration lists what was decided") {
  registration_reply reply;
  reply.request = id<request_id>(9);
  reply.error = {ec::ledger_behind, "Section 2 is behind."};
  section_result good;
  good.section = id<section_id>(1);
  good.outcome.status = seat_status::enrolled;
  section_result bad;
  bad.section = id<section_id>(2);
  bad.error = reply.error;
  reply.results = {good, bad};
  auto response = problem(reply);
  CHECK(response.status == 503);
  auto body = json::parse(response.body);
  CHECK(body["code"] == "ledger_behind");
  CHECK(body["request_id"] == id<request_id>(9).to_string());
  REQUIRE(body["results"].size() == 1);
  CHECK(body["results"][0]["section_id"] == id<section_id>(1).to_string());
}

TEST_CASE("whole requests are refused by who asks") {
  registration_reply reply;
  reply.refused = request_refusal::student_not_found;
  CHECK(problem(reply).status == 404);
  reply.refused = request_refusal::student_inactive;
  CHECK(problem(reply).status == 403);
}
