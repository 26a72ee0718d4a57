// What operators ask and do over HTTP, on a service that answers what the test
// wants.

#include "config/limits.hpp"
#include "tests/integration/http_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

const auto inspection_path
  = "/api/v1/ops/sections/" + id<section_id>(7).to_string();

struct operations_fixture : http_fixture {
  operations_fixture() {
    start();
  }

  json asked(const std::string& path) {
    auto answer = get(path);
    CHECK(answer.status == 200);
    CHECK(answer.header("cache-control") == "no-store");
    return json::parse(answer.body);
  }

  json acted(const std::string& path, const json& body) {
    auto answer = post(path, body.dump());
    CHECK(answer.status == 200);
    return json::parse(answer.body);
  }

  fake_operations& operators() {
    return service.for_operators;
  }
};

actor_view busy_section() {
  actor_view x;
  x.name = "section/" + id<section_id>(7).to_string();
  x.parent = "section-supervisor";
  x.kind = actor_kind::section;
  x.label = "CSE 101 A00";
  x.state = "stuck";
  x.messages = 1'234;
  x.messages_per_second = 12.3456;
  x.busy = 0.25;
  x.depth = 3;
  x.wait = 1'500us;
  x.handling_for = 5'400ms;
  x.restarts = 1;
  x.cause = "it was kicked";
  x.restarted_at = timestamp{1ms};
  return x;
}

} // namespace

TEST_CASE_FIXTURE(operations_fixture, "an overview has no rates at first") {
  service.status_answer = {false, {{"sql", false, "It is down."}}, {}};
  service.census_answer.sections_frozen = 2;
  auto x = asked("/api/v1/ops/overview");
  CHECK(x["ready"] == false);
  CHECK(x["dependencies"][0]["detail"] == "It is down.");
  CHECK(x["rates"].is_null());
  CHECK(x["latency"].is_null());
  CHECK(x["interval_ms"].is_null());
  CHECK(x["sections"]["frozen"] == 2);
  CHECK(x["nodes"].size() == 1);
  CHECK(x["process"]["resident_bytes"] > 0);
}

TEST_CASE_FIXTURE(operations_fixture,
                  "an overview has rates once there were two looks") {
  asked("/api/v1/ops/overview");
  auto deadline = std::chrono::steady_clock::now() + 20s;
  json x;
  do {
    post("/api/v1/register", registration_of(1, {7, 8}));
    x = asked("/api/v1/ops/overview");
  } while (x["rates"].is_null() && std::chrono::steady_clock::now() < deadline);
  REQUIRE(x["rates"].is_object());
  auto enrolled = x["rates"]["registrations"]["enrolled"].get<double>();
  CHECK(enrolled > 0);
  CHECK(x["rates"]["requests"] > 0);
  CHECK(x["latency"]["count"] > 0);
  CHECK(x["latency"]["p50_ms"] > 0);
  CHECK(x["latency"]["p99_ms"] >= x["latency"]["p50_ms"]);
  CHECK(x["interval_ms"] >= 900);
}

TEST_CASE_FIXTURE(operations_fixture,
                  "actors are listed as they are asked for") {
  actor_list list;
  list.total = 9;
  list.matching = 5;
  list.by_state = {{"running", 8}, {"stuck", 1}};
  list.actors = {busy_section(), {}};
  operators().answer_actors(list);
  auto x = asked("/api/v1/ops/actors?sort=busy&order=asc&filter=CSE+1"
                 "&kind=section&limit=2");
  const auto& query = operators().asked_actors;
  CHECK(query.order == actor_order::busy);
  CHECK_FALSE(query.is_descending);
  CHECK(query.filter == "CSE 1");
  CHECK(query.sections_only);
  CHECK(query.limit == 2);
  CHECK(x["total"] == 9);
  CHECK(x["by_state"]["stuck"] == 1);
  const auto& actor = x["actors"][0];
  CHECK(actor["label"] == "CSE 101 A00");
  CHECK(actor["messages_per_second"] == 12.346);
  CHECK(actor["wait_ms"] == 1.5);
  CHECK(actor["handling_ms"] == 5400);
  CHECK(actor["last_restart"]["cause"] == "it was kicked");
  CHECK(x["actors"][1]["wait_ms"].is_null());
  CHECK_FALSE(x["actors"][1].contains("last_restart"));
}

TEST_CASE_FIXTURE(operations_fixture, "names rise unless they are to fall") {
  asked("/api/v1/ops/actors?sort=name");
  CHECK_FALSE(operators().asked_actors.is_descending);
  asked("/api/v1/ops/actors?sort=depth");
  CHECK(operators().asked_actors.is_descending);
  asked("/api/v1/ops/actors");
  CHECK(operators().asked_actors.order == actor_order::messages);
}

TEST_CASE_FIXTURE(operations_fixture, "a wrong query says what to change") {
  for (auto query : {"sort=size", "order=up", "kind=worker", "limit=0",
                     "limit=501", "limit=x", "colour=red"}) {
    CAPTURE(query);
    problem_of(get("/api/v1/ops/actors?" + std::string{query}), 400,
               "invalid_request");
  }
  problem_of(get("/api/v1/ops/sections"), 400, "invalid_request");
  problem_of(get("/api/v1/ops/sections?find="), 400, "invalid_request");
  problem_of(get("/api/v1/ops/sections?find=a&limit=201"), 400,
             "invalid_request");
  problem_of(get("/api/v1/ops/overview?x"), 400, "invalid_request");
  problem_of(get("/api/v1/ops/sections/7"), 400, "invalid_request");
}

TEST_CASE_FIXTURE(operations_fixture, "sections are found by a text") {
  operators().sections_answer = {section_view{}, section_view{}};
  auto x = asked("/api/v1/ops/sections?find=CSE+101");
  CHECK(x["sections"].size() == 2);
  CHECK(operators().asked_text == "CSE 101");
  CHECK(operators().asked_limit == 20);
}

TEST_CASE_FIXTURE(operations_fixture,
                  "a section's equation holds where rows and counts agree") {
  section_inspection seen;
  seen.rows.emplace();
  seen.rows->header.settings.total_seats = 30;
  seen.rows->header.enrolled = 2;
  seen.rows->header.waitlisted = 1;
  seen.rows->header.sequence = 9;
  seen.rows->roster.resize(2);
  seen.rows->waitlist.resize(1);
  seen.sql_sequence = 7;
  operators().inspect_answer = seen;
  auto x = asked(inspection_path);
  CHECK(operators().asked_section == id<section_id>(7));
  const auto& equation = x["equation"];
  CHECK(equation["holds"] == true);
  CHECK(equation["available"] == 28);
  CHECK(equation["text"]
        == "2 enrolled + 28 free = 30 seats; the roster holds 2 and the "
           "waitlist 1.");
  CHECK(x["sql"]["behind"] == 2);
  CHECK(x["waitlist"].size() == 1);
  CHECK(x["actor"].is_null());
  seen.rows->roster.resize(3);
  operators().inspect_answer = seen;
  CHECK(asked(inspection_path)["equation"]["holds"] == false);
}

TEST_CASE_FIXTURE(operations_fixture,
                  "a section whose capacity was lowered says so") {
  section_inspection seen;
  seen.section.header.settings.total_seats = 2;
  seen.section.header.enrolled = 5;
  seen.problems = {"The ledger's rows: it does not answer."};
  operators().inspect_answer = seen;
  auto x = asked(inspection_path);
  CHECK(x["equation"]["over_capacity"] == 3);
  CHECK(x["equation"]["available"] == 0);
  CHECK(x["equation"]["holds"].is_null());
  CHECK(x["equation"]["roster_rows"].is_null());
  CHECK(x["problems"].size() == 1);
}

TEST_CASE_FIXTURE(operations_fixture, "decisions are told with their reasons") {
  section_inspection seen;
  past_decision x;
  x.status = seat_status::rejected;
  x.refused = refusal_reason::section_frozen;
  x.latency_us = 1'250;
  x.student = id<student_id>(3);
  seen.decisions = {x};
  operators().inspect_answer = seen;
  auto told = asked(inspection_path)["decisions"][0];
  CHECK(told["status"] == "rejected");
  CHECK(told["code"] == "section_frozen");
  CHECK(told["detail"] != "");
  CHECK(told["latency_ms"] == 1.25);
  CHECK(told["by"] == "ledger");
  CHECK(told["command"] == "register");
}

TEST_CASE_FIXTURE(operations_fixture, "acts give who and why") {
  json why{{"reason", "the room is flooded"}};
  auto x = acted(inspection_path + "/freeze", why);
  CHECK(x["audit"] == "written");
  CHECK(x["section"].is_object());
  acted(inspection_path + "/thaw", why);
  acted(inspection_path + "/capacity",
        {{"total_seats", 12}, {"reason", "a smaller room"}});
  CHECK(operators().wanted_seats == 12);
  CHECK(operators().last_reason.why == "a smaller room");
  CHECK(operators().last_reason.who == "somebody at 127.0.0.1");
  acted(inspection_path + "/restart", why);
  CHECK(operators().restarted == "section/" + id<section_id>(7).to_string());
  operators().restart_answer
    = registrar::acted<actor_view>{busy_section(), false};
  x = acted("/api/v1/ops/actors/restart",
            {{"name", "waitlist/0"}, {"reason", "stuck"}});
  CHECK(x["audit"] == "pending");
  CHECK(x["actor"]["state"] == "stuck");
  CHECK(operators().restarted == "waitlist/0");
  CHECK(operators().done_acts
        == std::vector<std::string>{"freeze", "thaw", "capacity", "restart",
                                    "restart"});
}

TEST_CASE_FIXTURE(operations_fixture, "nothing is done without a reason") {
  for (auto path : {"/freeze", "/thaw", "/restart"})
    problem_of(post(inspection_path + path, "{}"), 400, "invalid_request");
  problem_of(post(inspection_path + "/capacity", R"({"total_seats":3})"), 400,
             "invalid_request");
  problem_of(post(inspection_path + "/capacity", R"({"reason":"x"})"), 400,
             "invalid_request");
  problem_of(post(inspection_path + "/freeze", R"({"reason":"   "})"), 400,
             "invalid_request");
  problem_of(post("/api/v1/ops/actors/restart", R"({"name":"sql"})"), 400,
             "invalid_request");
  CHECK(operators().done_acts.empty());
}

TEST_CASE_FIXTURE(operations_fixture, "what is not there is a 404") {
  operators().restart_answer = {ec::not_found, "No such actor runs."};
  operators().section_act_answer = {ec::not_found, "No such section."};
  operators().inspect_answer = {ec::not_found, "No such section."};
  problem_of(post("/api/v1/ops/actors/restart", R"({"name":"x","reason":"y"})"),
             404, "actor_not_found");
  problem_of(post(inspection_path + "/freeze", R"({"reason":"y"})"), 404,
             "section_not_found");
  problem_of(get(inspection_path), 404, "section_not_found");
}

TEST_CASE_FIXTURE(operations_fixture,
                  "a page comes again and again to who wants events") {
  actor_list list;
  list.total = 1;
  operators().answer_actors(list);
  raw_client client{server->port()};
  client.send(
    request("GET", "/api/v1/ops/actors", "", "Accept: text/event-stream\r\n"));
  auto text = client.read_until("\"total\":1");
  CHECK(text.find("200 OK") != std::string::npos);
  CHECK(text.find("text/event-stream") != std::string::npos);
  CHECK(text.find("event: state\n") != std::string::npos);
  list.total = 2;
  operators().answer_actors(list);
  CHECK(client.read_until("\"total\":2").find("event: state\n")
        != std::string::npos);
  operators().answer_actors(failure{ec::dependency_unavailable, "It is away."});
  CHECK(client.read_until("It is away.").find("event: problem\n")
        != std::string::npos);
}

TEST_CASE_FIXTURE(operations_fixture, "a wrong page is no stream") {
  problem_of(
    get("/api/v1/ops/actors?sort=size", "Accept: text/event-stream\r\n"), 400,
    "invalid_request");
  CHECK(get("/api/v1/ops/sections?find=x", "Accept: text/event-stream\r\n")
          .header("content-type")
        == "application/json");
}

TEST_CASE_FIXTURE(operations_fixture, "live pages are bounded") {
  std::vector<std::unique_ptr<raw_client>> clients;
  for (std::size_t i = 0; i < limits::live_pages_max; ++i) {
    clients.push_back(std::make_unique<raw_client>(server->port()));
    clients.back()->send(request("GET", "/api/v1/ops/actors", "",
                                 "Accept: text/event-stream\r\n"));
    clients.back()->read_until("event: state");
  }
  problem_of(get("/api/v1/ops/actors", "Accept: text/event-stream\r\n"), 503,
             "overloaded");
  CHECK(get("/api/v1/ops/actors").status == 200);
}
