#include "messages/json.hpp"

#include "tests/ids_of.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace registrar;
using namespace std::chrono_literals;
using nlohmann::json;
using registrar::test::id;

namespace {

section_result decided(std::uint64_t number, seat_status status) {
  section_result result;
  result.section = id<section_id>(number);
  result.outcome.status = status;
  result.outcome.sequence = 17;
  return result;
}

section_result rejected(std::uint64_t number, std::vector<refusal> why) {
  auto result = decided(number, seat_status::rejected);
  result.outcome.refusals = std::move(why);
  return result;
}

registration_reply reply_with(std::vector<section_result> results) {
  registration_reply reply;
  reply.request = id<request_id>(1);
  reply.student = id<student_id>(2);
  reply.results = std::move(results);
  return reply;
}

std::vector<std::string> members_of(const json& object) {
  std::vector<std::string> result;
  for (const auto& [name, value] : object.items())
    result.push_back(name);
  return result;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("an enrolment is rendered to the letter") {
  auto result = decided(3, seat_status::enrolled);
  result.outcome.registration = id<registration_id>(4);
  CHECK(to_json(reply_with({result}))
        == R"({"request_id":"00000000-0000-0000-0000-000000000001",)"
           R"("student_id":"00000000-0000-0000-0000-000000000002",)"
           R"("results":[{"section_id":"00000000-0000-0000-0000-000000000003",)"
           R"("status":"enrolled",)"
           R"("registration_id":"00000000-0000-0000-0000-000000000004"}],)"
           R"("summary":{"requested":1,"enrolled":1,"waitlisted":0,)"
           R"("already_registered":0,"rejected":0}})");
}

TEST_CASE("each status of a registration is rendered and counted") {
  auto enrolled = decided(1, seat_status::enrolled);
  enrolled.outcome.registration = id<registration_id>(1);
  auto waiting = decided(2, seat_status::waitlisted);
  waiting.outcome.registration = id<registration_id>(2);
  waiting.outcome.waitlist_position = 12;
  auto already = decided(3, seat_status::already_registered);
  already.outcome.registration = id<registration_id>(3);
  auto body = json::parse(to_json(
    reply_with({enrolled, waiting, already,
                rejected(4, {{refusal_reason::section_full, {}}}),
                rejected(4, {{refusal_reason::duplicate_in_request, {}}})})));
  const auto& results = body["results"];
  CHECK(results.size() == 5);
  CHECK(members_of(results[0])
        == names{"registration_id", "section_id", "status"});
  CHECK(results[1]["status"] == "waitlisted");
  CHECK(results[1]["waitlist_position"] == 12);
  CHECK(results[2]["status"] == "already_registered");
  CHECK(results[3]["status"] == "rejected");
  CHECK(results[4]["code"] == "duplicate_in_request");
  CHECK(body["summary"]
        == json{{"requested", 5},
                {"enrolled", 1},
                {"waitlisted", 1},
                {"already_registered", 1},
                {"rejected", 2}});
}

TEST_CASE("a rejection leads with its first reason and lists all") {
  auto opens = timestamp{1'700'000'000'000ms};
  auto body = json::parse(to_json(
    reply_with({rejected(1, {{refusal_reason::window_not_yet_open, opens},
                             {refusal_reason::section_full, {}}})})));
  const auto& result = body["results"][0];
  CHECK(members_of(result)
        == names{"code", "detail", "reasons", "section_id", "status"});
  CHECK(result["code"] == "window_closed");
  CHECK(result["detail"] == result["reasons"][0]["detail"]);
  CHECK(result["reasons"].size() == 2);
  CHECK(members_of(result["reasons"][0])
        == names{"code", "detail", "opens_at"});
  CHECK(result["reasons"][0]["opens_at"] == "2023-11-14T22:13:20.000Z");
  CHECK(members_of(result["reasons"][1]) == names{"code", "detail"});
  CHECK(result["reasons"][1]["code"] == "section_full");
}

TEST_CASE("a drop counts what a drop can say and nothing else") {
  auto dropped = decided(1, seat_status::dropped);
  dropped.outcome.registration = id<registration_id>(1);
  auto left = decided(2, seat_status::left_waitlist);
  left.outcome.registration = id<registration_id>(2);
  auto body = json::parse(to_json(
    reply_with({dropped, left, decided(3, seat_status::not_registered)})));
  CHECK(body["results"][0]["status"] == "dropped");
  CHECK(body["results"][1]["status"] == "left_waitlist");
  CHECK(members_of(body["results"][2]) == names{"section_id", "status"});
  CHECK(body["summary"]
        == json{{"requested", 3},
                {"dropped", 1},
                {"left_waitlist", 1},
                {"not_registered", 1}});
}

TEST_CASE("a drop that names a section twice counts the rejection") {
  auto body = json::parse(to_json(
    reply_with({decided(1, seat_status::not_registered),
                rejected(1, {{refusal_reason::duplicate_in_request, {}}})})));
  CHECK(body["summary"]
        == json{{"requested", 2},
                {"dropped", 0},
                {"left_waitlist", 0},
                {"not_registered", 1},
                {"rejected", 1}});
}

TEST_CASE("results come in the order of the request") {
  std::vector<section_result> results;
  for (std::uint64_t i = 20; i > 0; --i)
    results.push_back(decided(i, seat_status::enrolled));
  auto body = json::parse(to_json(reply_with(results)));
  for (std::uint64_t i = 0; i < 20; ++i)
    CHECK(body["results"][i]["section_id"]
          == id<section_id>(20 - i).to_string());
}

TEST_CASE("a problem lists only what was decided") {
  auto undecided = decided(2, seat_status::undecided);
  undecided.error = {ec::in_doubt, "No answer."};
  auto reply = reply_with({decided(1, seat_status::enrolled), undecided,
                           decided(3, seat_status::waitlisted)});
  auto listed = json::parse(decided_results_to_json(reply));
  REQUIRE(listed.size() == 2);
  CHECK(listed[0]["section_id"] == id<section_id>(1).to_string());
  CHECK(listed[1]["section_id"] == id<section_id>(3).to_string());
  CHECK(decided_results_to_json(reply_with({undecided})) == "[]");
}
