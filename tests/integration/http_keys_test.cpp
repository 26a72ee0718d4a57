#include "tests/integration/http_fixture.hpp"

#include <atomic>

using namespace registrar;
using namespace registrar::test;

namespace {

std::string key_field(std::string_view key) {
  return "Idempotency-Key: " + std::string{key} + "\r\n";
}

bool is_replay(const raw_response& response) {
  return response.header("idempotency-replayed") == "true";
}

registration_reply undecided(const registration_request& request, ec why) {
  auto reply = fake_service::enrolled(request);
  reply.error = {why, "The ledger does not answer."};
  reply.results.back().error = reply.error;
  reply.results.back().outcome = {};
  return reply;
}

} // namespace

TEST_CASE_FIXTURE(http_fixture, "a replay has the same body and says so") {
  start();
  auto first = post(register_path, registration_of(1, {2, 3}), key_field("k"));
  auto again = post(register_path, registration_of(1, {2, 3}), key_field("k"));
  CHECK(first.status == 200);
  CHECK_FALSE(is_replay(first));
  CHECK(again.status == 200);
  CHECK(is_replay(again));
  CHECK(again.body == first.body);
  CHECK(again.header("content-type") == first.header("content-type"));
  CHECK(service.submitted().size() == 1);
}

TEST_CASE_FIXTURE(http_fixture,
                  "a key means the same bare, quoted and in the body") {
  start();
  post(register_path, registration_of(1, {2}), key_field("k"));
  CHECK(is_replay(
    post(register_path, registration_of(1, {2}), key_field("\"k\""))));
  CHECK(is_replay(post(register_path, registration_of(1, {2}, "k"))));
  CHECK(is_replay(
    post(register_path, registration_of(1, {2}, "k"), key_field("k"))));
  CHECK(service.submitted().size() == 1);
}

TEST_CASE_FIXTURE(http_fixture, "two keys that differ are refused, unasked") {
  start();
  auto answer
    = post(register_path, registration_of(1, {2}, "k"), key_field("l"));
  auto detail = problem_of(answer, 400, "invalid_request");
  CHECK(detail.find("idempotency_key") != std::string::npos);
  auto twice = post(register_path, registration_of(1, {2}),
                    key_field("k") + key_field("k"));
  problem_of(twice, 400, "invalid_request");
  CHECK(service.begun().empty());
  CHECK(service.submitted().empty());
}

TEST_CASE_FIXTURE(http_fixture, "keys out of bounds are refused, unasked") {
  start();
  for (auto wrong : {std::string{}, std::string(256, 'k'),
                     std::string{"k\xc3\xa9"}, std::string{"\"\""}})
    problem_of(post(register_path, registration_of(1, {2}), key_field(wrong)),
               400, "invalid_request");
  CHECK(service.begun().empty());
  auto longest = post(register_path, registration_of(1, {2}),
                      key_field(std::string(255, 'k')));
  CHECK(longest.status == 200);
}

TEST_CASE_FIXTURE(http_fixture, "a key that was used with other data is 422") {
  start();
  post(register_path, registration_of(1, {2, 3}), key_field("k"));
  for (auto sections : {std::vector<std::uint64_t>{3, 2}, {2}, {2, 3, 4}})
    problem_of(
      post(register_path, registration_of(1, sections), key_field("k")), 422,
      "key_mismatch");
  CHECK(service.submitted().size() == 1);
}

TEST_CASE_FIXTURE(http_fixture, "a key belongs to its student and its route") {
  start();
  post(register_path, registration_of(1, {2}), key_field("k"));
  CHECK_FALSE(
    is_replay(post(register_path, registration_of(9, {2}), key_field("k"))));
  auto drop = post("/api/v1/drop", registration_of(1, {2}), key_field("k"));
  CHECK(drop.status == 200);
  CHECK_FALSE(is_replay(drop));
  CHECK(service.submitted().size() == 3);
}

TEST_CASE_FIXTURE(http_fixture, "a key in flight is 409 with Retry-After") {
  start();
  raw_client slow{server->port()};
  // From the ledger's answer on, everything waits.
  service.decide = [&](const registration_request& request) {
    service.hold();
    return fake_service::enrolled(request);
  };
  slow.send(
    request("POST", register_path, registration_of(1, {2}), key_field("k")));
  REQUIRE(service.wait_for_held(1));
  raw_client other{server->port()};
  other.send(
    request("POST", register_path, registration_of(1, {2}), key_field("k")));
  // Held: complete of the first, then begin of the second. The second's begin
  // goes first, as if the first were still at work.
  REQUIRE(service.wait_for_held(2));
  service.release_last();
  auto late = other.read();
  REQUIRE(late);
  problem_of(*late, 409, "key_in_flight");
  auto seconds = std::stoi(late->header("retry-after"));
  CHECK(seconds >= 1);
  CHECK(seconds <= 5);
  service.release();
  auto first = slow.read();
  REQUIRE(first);
  CHECK(first->status == 200);
  CHECK(
    is_replay(post(register_path, registration_of(1, {2}), key_field("k"))));
}

TEST_CASE_FIXTURE(http_fixture, "the loser of a key answers what is stored") {
  service.complete_answer = [](const complete_key&) {
    return key_completed{{}, false, R"({"stored":1})"};
  };
  start();
  auto answer = post(register_path, registration_of(1, {2}), key_field("k"));
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"stored":1})");
  CHECK(is_replay(answer));
}

TEST_CASE_FIXTURE(http_fixture,
                  "the loser of a key that is not done is told to wait") {
  service.complete_answer = [](const complete_key&) {
    return key_completed{{}, false, ""};
  };
  start();
  auto answer = post(register_path, registration_of(1, {2}), key_field("k"));
  problem_of(answer, 409, "key_in_flight");
  CHECK(answer.header("retry-after") != "");
}

TEST_CASE_FIXTURE(http_fixture, "nothing is answered before it is kept") {
  service.complete_answer = [](const complete_key&) {
    return key_completed{{ec::in_doubt, "The journal failed."}, true, ""};
  };
  start();
  auto answer = post(register_path, registration_of(1, {2}), key_field("k"));
  problem_of(answer, 503, "dependency_unavailable");
}

TEST_CASE_FIXTURE(http_fixture, "a store of keys that is down is a 503") {
  service.begin_answer = [](const begin_key&) {
    key_begun begun;
    begun.error = {ec::dependency_unavailable, "The journal is down."};
    return begun;
  };
  start();
  problem_of(post(register_path, registration_of(1, {2}), key_field("k")), 503,
             "dependency_unavailable");
  CHECK(service.submitted().empty());
}

TEST_CASE_FIXTURE(http_fixture,
                  "a 503 ends the lease, keeps nothing, and is tried again") {
  std::atomic<bool> fails{true};
  service.decide = [&](const registration_request& request) {
    return fails ? undecided(request, ec::ledger_lost)
                 : fake_service::enrolled(request);
  };
  start();
  auto body = registration_of(1, {2, 3});
  auto first = post(register_path, body, key_field("k"));
  problem_of(first, 503, "ledger_lost");
  // What was decided is listed.
  auto shown = json::parse(first.body);
  REQUIRE(shown["results"].size() == 1);
  CHECK(shown["results"][0]["status"] == "enrolled");
  REQUIRE(service.completed().size() == 1);
  CHECK_FALSE(service.completed()[0].keep);
  fails = false;
  auto again = post(register_path, body, key_field("k"));
  CHECK(again.status == 200);
  CHECK_FALSE(is_replay(again));
  auto asked = service.submitted();
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].attempt == 1);
  CHECK(asked[1].attempt == 2);
  CHECK(asked[0].request == asked[1].request);
}

TEST_CASE_FIXTURE(http_fixture,
                  "refusals of the whole request are not kept under the key") {
  registration_reply whole;
  service.decide = [&](const registration_request&) { return whole; };
  start();
  whole.refused = request_refusal::student_not_found;
  problem_of(post(register_path, registration_of(1, {2}), key_field("k")), 404,
             "student_not_found");
  whole.refused = request_refusal::student_inactive;
  problem_of(post(register_path, registration_of(1, {2}), key_field("k")), 403,
             "student_inactive");
  for (const auto& key : service.completed())
    CHECK_FALSE(key.keep);
  CHECK(service.completed().size() == 2);
}

TEST_CASE_FIXTURE(http_fixture,
                  "passing refusals alone are not kept, lasting ones are") {
  auto reason = refusal_reason::section_frozen;
  service.decide = [&](const registration_request& request) {
    return refused(request, reason);
  };
  start();
  auto body = registration_of(1, {2});
  auto first = post(register_path, body, key_field("k"));
  CHECK(first.status == 200);
  CHECK_FALSE(is_replay(post(register_path, body, key_field("k"))));
  reason = refusal_reason::section_full;
  CHECK_FALSE(is_replay(post(register_path, body, key_field("k"))));
  CHECK(is_replay(post(register_path, body, key_field("k"))));
  CHECK(service.submitted().size() == 3);
}

TEST_CASE_FIXTURE(http_fixture,
                  "request, attempt, time and memo travel along") {
  config.request_deadline = 700ms;
  config.key_ttl = 2h;
  start();
  post(register_path, registration_of(1, {2, 3}), key_field("k"));
  post(register_path, registration_of(1, {2, 3}));
  post(register_path, registration_of(1, {2, 3}));
  auto asked = service.submitted();
  REQUIRE(asked.size() == 3);
  for (const auto& request : asked) {
    CHECK(request.route == route::register_sections);
    CHECK(request.student == id<student_id>(1));
    CHECK(request.sections
          == std::vector{id<section_id>(2), id<section_id>(3)});
    CHECK(request.attempt == 1);
    CHECK(request.time_left > 0ms);
    CHECK(request.time_left <= 700ms);
  }
  CHECK(asked[0].memo_ttl == memo_ttl(config));
  CHECK(asked[1].memo_ttl == limits::memo_ttl_without_key);
  // Without a key every request is its own.
  CHECK(asked[1].request != asked[2].request);
  CHECK(asked[1].request != asked[0].request);
  REQUIRE(service.begun().size() == 1);
  CHECK(service.begun()[0].lease == 700ms + limits::lease_margin);
  CHECK(service.begun()[0].ttl == 2h);
}

TEST_CASE_FIXTURE(http_fixture, "without a key no key is touched") {
  start();
  CHECK(post(register_path, registration_of(1, {2})).status == 200);
  CHECK(service.begun().empty());
  CHECK(service.completed().empty());
}
