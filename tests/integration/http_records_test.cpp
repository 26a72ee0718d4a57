// The journal, dead letters and acts under /api/v1/ops/.

#include "tests/integration/http_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

struct records_fixture : operators_fixture {
  records_fixture() {
    start();
  }
};

uuid letter_id(std::uint64_t number) {
  return id<section_id>(number).value;
}

dead_letter_view some_letter(std::uint64_t number) {
  dead_letter_view x;
  x.id = letter_id(number);
  x.section = id<section_id>(1);
  x.student = id<student_id>(number);
  x.sequence = number;
  x.kind = "enrolled";
  x.sqlstate = "23503";
  x.reason = "no such student";
  x.at = timestamp{1'700'000'000'000ms};
  x.entry = R"({"kind":"enrolled"})";
  x.can_be_retried = true;
  return x;
}

std::string choice_of(std::vector<std::uint64_t> numbers,
                      const std::string& reason) {
  json body;
  body["ids"] = json::array();
  for (auto number : numbers)
    body["ids"].push_back(letter_id(number).to_string());
  body["reason"] = reason;
  return body.dump();
}

constexpr auto letters_path = "/api/v1/ops/dead-letters";
constexpr auto retry_path = "/api/v1/ops/dead-letters/retry";
constexpr auto discard_path = "/api/v1/ops/dead-letters/discard";
constexpr auto acts_path = "/api/v1/ops/acts";

} // namespace

TEST_CASE_FIXTURE(records_fixture,
                  "dead letters are shown with all they hold") {
  operations().letters_answer = dead_letter_page{{some_letter(7)}, 3, 1, {}};
  auto body = shown(get(letters_path));
  CHECK(body["total"] == 3);
  CHECK(body["matching"] == 1);
  CHECK_FALSE(body.contains("next_cursor"));
  auto& x = body["dead_letters"][0];
  CHECK(x["dead_letter_id"] == letter_id(7).to_string());
  CHECK(x["student_id"] == id<student_id>(7).to_string());
  CHECK_FALSE(x.contains("registration_id"));
  CHECK(x["sequence"] == 7);
  CHECK(x["can_retry"] == true);
  CHECK(x["created_at"] == "2023-11-14T22:13:20.000Z");
  CHECK(x["entry"] == json{{"kind", "enrolled"}});
}

TEST_CASE_FIXTURE(records_fixture, "a page of dead letters leads to the next") {
  letter_place next{timestamp{1'700'000'000'000ms}, id<section_id>(1), 7};
  operations().letters_answer = dead_letter_page{{some_letter(7)}, 3, 3, next};
  auto answer = get(std::string{letters_path} + "?limit=1&kind=enrolled");
  auto cursor = shown(answer).value("next_cursor", "");
  CHECK(answer.header("link")
        == std::string{"<"} + letters_path
             + "?limit=1&kind=enrolled&cursor=" + cursor + ">; rel=\"next\"");
  shown(get(std::string{letters_path} + "?cursor=" + cursor));
  CHECK(operations().asked_letters.after == next);
}

TEST_CASE_FIXTURE(records_fixture, "dead letters are filtered as asked") {
  shown(get(std::string{letters_path}
            + "?section=" + id<section_id>(2).to_string()
            + "&student=" + id<student_id>(3).to_string()
            + "&kind=waitlisted&sqlstate=23505&limit=7"));
  const auto& query = operations().asked_letters;
  CHECK(query.section == id<section_id>(2));
  CHECK(query.student == id<student_id>(3));
  CHECK(query.kind == "waitlisted");
  CHECK(query.sqlstate == "23505");
  CHECK(query.limit == 7);
  CHECK_FALSE(query.after);
  for (std::string bad :
       {"section=x", "student=", "kind=", "kind=a%20b", "sqlstate=2350",
        "sqlstate=235055", "sqlstate=23%2005", "limit=0", "limit=201",
        "cursor=zz", "cursor=6163743a31", "cursor=", "unknown=1",
        "limit=1&limit=2"}) {
    CAPTURE(bad);
    problem_of(get(std::string{letters_path} + "?" + bad), 400,
               "invalid_request");
  }
}

TEST_CASE_FIXTURE(records_fixture,
                  "a bulk act says what became of each letter") {
  operations().letters_act_answer = acted<std::vector<dead_letter_result>>{
    {{letter_id(1), "enrolled", ""},
     {letter_id(2), "rejected", "The section is full."},
     {letter_id(3), "not_found", "There is no such letter any more."}},
    false};
  auto body
    = shown(post(retry_path, choice_of({1, 2, 3}, "the student asked")));
  CHECK(body["audit"] == "pending");
  CHECK(body["summary"] == json{{"asked", 3}, {"done", 1}, {"kept", 1}});
  CHECK(body["results"][1]["status"] == "rejected");
  CHECK(body["results"][1]["detail"] == "The section is full.");
  CHECK(operations().done_acts == std::vector<std::string>{"retry"});
  CHECK(operations().chosen_letters
        == std::vector<uuid>{letter_id(1), letter_id(2), letter_id(3)});
  CHECK(operations().last_reason.why == "the student asked");
  CHECK(operations().last_reason.who == "somebody at 127.0.0.1");
  CHECK(operations().last_reason.exchange != "");
  shown(post(discard_path, choice_of({1}, "graduated")));
  CHECK(operations().done_acts.back() == "discard");
}

TEST_CASE_FIXTURE(records_fixture,
                  "an act without a good reason or letters is refused") {
  std::string long_reason;
  for (int i = 0; i < 501; ++i)
    long_reason += "é";
  for (const auto& body :
       {std::string{"{}"}, choice_of({1}, ""), choice_of({1}, "   "),
        choice_of({1}, "a\nb"), choice_of({1}, "a\u0085b"),
        choice_of({1}, "a\u2028b"), choice_of({1}, long_reason),
        choice_of({}, "why"), choice_of({1, 1}, "why"),
        std::string{R"({"reason":"why"})"},
        std::string{R"({"ids":["x"],"reason":"why"})"},
        std::string{R"({"ids":[1],"reason":"why"})"},
        std::string{R"({"ids":"x","reason":"why"})"},
        choice_of({1}, "why").insert(1, R"("who":"me",)"),
        choice_of(std::vector<std::uint64_t>(201, 1), "why")}) {
    CAPTURE(body);
    problem_of(post(retry_path, body), 400, "invalid_request");
    problem_of(post(discard_path, body), 400, "invalid_request");
  }
  CHECK(operations().done_acts.empty());
  long_reason.resize(1000);
  CHECK(post(retry_path, choice_of({1}, long_reason)).status == 200);
}

TEST_CASE_FIXTURE(records_fixture, "what SQL cannot say now is a 503") {
  failure why{ec::dependency_unavailable, "SQL is down."};
  operations().letters_answer = why;
  operations().acts_answer = why;
  operations().letters_act_answer = why;
  problem_of(get(letters_path), 503, "dependency_unavailable");
  problem_of(get(acts_path), 503, "dependency_unavailable");
  problem_of(post(retry_path, choice_of({1}, "why")), 503,
             "dependency_unavailable");
  operations().letters_act_answer = failure{ec::in_doubt, "No answer came."};
  auto detail = problem_of(post(discard_path, choice_of({1}, "why")), 503,
                           "dependency_unavailable");
  CHECK(detail.find("may or may not") != std::string::npos);
  CHECK(detail.find("Idempotency-Key") == std::string::npos);
}

TEST_CASE_FIXTURE(records_fixture, "acts are listed, those that wait first") {
  operator_act act;
  act.who = "jane";
  act.action = "section frozen";
  act.subject = "x";
  act.why = "flooded";
  act.at = timestamp{1'700'000'000'000ms};
  auto written = act;
  written.id = 12;
  operations().acts_answer = act_page{{act}, {written}, 12};
  auto answer = get(std::string{acts_path} + "?limit=1");
  auto body = shown(answer);
  CHECK_FALSE(body["pending"][0].contains("act_id"));
  CHECK(body["acts"][0]["act_id"] == 12);
  CHECK(body["acts"][0]["who"] == "jane");
  CHECK(body["acts"][0]["reason"] == "flooded");
  CHECK(body["acts"][0]["at"] == "2023-11-14T22:13:20.000Z");
  CHECK(answer.header("link") != "");
  shown(
    get(std::string{acts_path} + "?cursor=" + body.value("next_cursor", "")));
  CHECK(operations().asked_acts.before == 12);
  for (std::string bad : {"limit=0", "cursor=1", "cursor=616374733a30",
                          "cursor=616374733a2d31", "who=jane"}) {
    CAPTURE(bad);
    problem_of(get(std::string{acts_path} + "?" + bad), 400, "invalid_request");
  }
}

TEST_CASE_FIXTURE(records_fixture,
                  "the journal is shown with what is not known as null") {
  journal_state state;
  state.at = timestamp{1'700'000'000'000ms};
  state.uncommitted = 12;
  state.uncommitted_max = 100;
  state.oldest = 34ms;
  state.partitions.push_back({17, "node-1", 3, true, 12});
  state.partitions.push_back({18, "", 0, false, std::nullopt});
  state.workers.push_back(
    {"database-sync/0", "running", "", 34ms, {{"waiting", 12}}});
  operations().journal_answer = state;
  auto body = shown(get("/api/v1/ops/journal"));
  CHECK(body["uncommitted"] == 12);
  CHECK(body["takes_drops"] == true);
  CHECK(body["oldest_ms"] == 34);
  CHECK(body["partitions"][0]
        == json{{"id", 17},
                {"owner", "node-1"},
                {"epoch", 3},
                {"lease_held", true},
                {"uncommitted", 12}});
  CHECK(body["partitions"][1]["uncommitted"] == nullptr);
  CHECK(body["workers"][0]["figures"] == json{{"waiting", 12}});
  CHECK(body["workers"][0]["oldest_ms"] == 34);
  problem_of(get("/api/v1/ops/journal?x"), 400, "invalid_request");
}
