// Traces under /api/v1/ops/.

#include "tests/integration/http_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

constexpr auto traces_path = "/api/v1/ops/traces";

trace_view some_trace() {
  trace_view x;
  x.id = id<section_id>(9).value;
  x.subject.student = id<student_id>(1);
  x.who = "jane";
  x.why = "a complaint";
  x.started_at = timestamp{1'700'000'000'000ms};
  x.until = x.started_at + 60s;
  x.is_running = true;
  x.events = 2;
  return x;
}

struct traces_fixture : operators_fixture {
  traces_fixture() {
    start();
    operations().trace_act_answer = acted<trace_view>{some_trace(), true};
  }

  std::string own_path() {
    return traces_path + ("/" + some_trace().id.to_string());
  }
};

} // namespace

TEST_CASE_FIXTURE(traces_fixture, "a trace is started of a student, a section "
                                  "or a request") {
  auto some_id = id<student_id>(1).to_string();
  for (std::string name : {"student_id", "section_id", "request_id"}) {
    json body{{name, some_id}, {"for_seconds", 600}, {"reason", "why"}};
    auto answer = post(traces_path, body.dump());
    auto trace = shown(answer, 201);
    CHECK(answer.header("location") == own_path());
    CHECK(trace["audit"] == "written");
    CHECK(trace["trace"]["trace_id"] == some_trace().id.to_string());
  }
  CHECK(operations().started_trace.subject.request == id<request_id>(1));
  CHECK(operations().started_trace.subject.student.is_nil());
  CHECK(operations().started_trace.span == 600s);
  CHECK(operations().last_reason.why == "why");
}

TEST_CASE_FIXTURE(traces_fixture, "a trace of nothing or of two is refused") {
  auto some_id = id<student_id>(1).to_string();
  json good{{"student_id", some_id}, {"for_seconds", 1}, {"reason", "why"}};
  auto with = [&](const json& change) {
    auto body = good;
    body.merge_patch(change);
    return body.dump();
  };
  for (const auto& body :
       {with({{"student_id", nullptr}}), with({{"section_id", some_id}}),
        with({{"student_id", "x"}}), with({{"for_seconds", 0}}),
        with({{"for_seconds", 601}}), with({{"for_seconds", nullptr}}),
        with({{"reason", nullptr}}), with({{"reason", ""}}),
        with({{"other", 1}})}) {
    CAPTURE(body);
    problem_of(post(traces_path, body), 400, "invalid_request");
  }
  CHECK(operations().done_acts.empty());
  CHECK(post(traces_path, good.dump()).status == 201);
}

TEST_CASE_FIXTURE(traces_fixture, "a trace of nobody or one too many is a "
                                  "problem") {
  json body{{"student_id", id<student_id>(1).to_string()},
            {"for_seconds", 1},
            {"reason", "why"}};
  operations().trace_act_answer = failure{ec::not_found, "There is none."};
  problem_of(post(traces_path, body.dump()), 404, "student_not_found");
  body["section_id"] = body["student_id"];
  body.erase("student_id");
  problem_of(post(traces_path, body.dump()), 404, "section_not_found");
  body["section_id"] = uuid{}.to_string();
  problem_of(post(traces_path, body.dump()), 404, "section_not_found");
  body["section_id"] = id<section_id>(1).to_string();
  operations().trace_act_answer = failure{ec::conflict, "Too many run."};
  problem_of(post(traces_path, body.dump()), 409, "conflict");
}

TEST_CASE_FIXTURE(traces_fixture, "traces are listed and shown with their "
                                  "steps") {
  operations().traces_answer = {some_trace()};
  auto list = shown(get(traces_path));
  CHECK(list["traces"][0]["student_id"] == id<student_id>(1).to_string());
  CHECK_FALSE(list["traces"][0].contains("section_id"));
  CHECK(list["traces"][0]["running"] == true);
  CHECK(list["traces"][0]["until"] == "2023-11-14T22:14:20.000Z");
  trace_event event;
  event.at = some_trace().started_at;
  event.step = "decided";
  event.student = id<student_id>(1);
  event.detail = "enrolled";
  event.took = 1'234us;
  operations().trace_answer = trace_content{some_trace(), {event}};
  auto content = shown(get(own_path()));
  CHECK(content["trace"] == list["traces"][0]);
  CHECK(content["events"][0]
        == json{{"at", "2023-11-14T22:13:20.000Z"},
                {"step", "decided"},
                {"student_id", id<student_id>(1).to_string()},
                {"detail", "enrolled"},
                {"took_ms", 1.234}});
  CHECK(operations().asked_trace == some_trace().id);
  problem_of(get(own_path() + "?x"), 400, "invalid_request");
  problem_of(get(std::string{traces_path} + "?x"), 400, "invalid_request");
  problem_of(get(std::string{traces_path} + "/x"), 400, "invalid_request");
}

TEST_CASE_FIXTURE(traces_fixture, "a trace is stopped with a reason") {
  auto body = shown(post(own_path() + "/stop", R"({"reason":"seen"})"));
  CHECK(body["audit"] == "written");
  CHECK(body["trace"]["trace_id"] == some_trace().id.to_string());
  CHECK(operations().done_acts == std::vector<std::string>{"stop"});
  CHECK(operations().last_reason.why == "seen");
  problem_of(post(own_path() + "/stop", "{}"), 400, "invalid_request");
  problem_of(post(std::string{traces_path} + "/x/stop", R"({"reason":"seen"})"),
             400, "invalid_request");
}

TEST_CASE_FIXTURE(traces_fixture, "a trace that is not there is a 404") {
  operations().trace_answer = failure{ec::not_found, "There is none."};
  operations().trace_act_answer = failure{ec::not_found, "There is none."};
  problem_of(get(own_path()), 404, "trace_not_found");
  problem_of(post(own_path() + "/stop", R"({"reason":"seen"})"), 404,
             "trace_not_found");
}
