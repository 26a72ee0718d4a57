#define CAF_SUITE operations_traces

#include "tests/unit/actors/operations_fixture.hpp"

using namespace actor_tests;

namespace {

struct trace_fixture : operations_fixture {
  fallible<acted<trace_view>> start_trace_of(trace_subject subject) {
    return asked<acted<trace_view>>([&](auto done) {
      operations().start({subject, 60s}, why, std::move(done));
    });
  }

  std::vector<std::string> steps_of(const uuid& trace) {
    auto content = operations().trace(trace);
    CAF_REQUIRE(content);
    std::vector<std::string> result;
    for (const auto& x : content->events)
      result.push_back(x.step);
    std::sort(result.begin(), result.end());
    return result;
  }

  trace_event event(const uuid& trace, const std::string& step) {
    auto content = operations().trace(trace);
    CAF_REQUIRE(content);
    for (const auto& x : content->events)
      if (x.step == step)
        return x;
    CAF_ERROR("there is no step " << step);
    return {};
  }

  using steps = std::vector<std::string>;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(a_trace, trace_fixture)

CAF_TEST(follows a student from the request to SQL) {
  auto started = start_trace_of({student_of(1), {}, {}});
  CAF_REQUIRE(started);
  CAF_CHECK(started->is_audited);
  submit(1, 1, {1});
  submit(2, 2, {1});
  pass(2s);
  auto id = started->result.id;
  CAF_CHECK(steps_of(id)
            == (steps{"admitted", "answered", "asked", "decided", "queued",
                      "received", "written"}));
  auto decided = event(id, "decided");
  CAF_CHECK(decided.request == request_of(1));
  CAF_CHECK(decided.section == section_of(1));
  CAF_CHECK_EQUAL(decided.detail, "enrolled");
  CAF_CHECK(decided.took.has_value());
  CAF_CHECK(event(id, "answered").took.has_value());
  CAF_CHECK(!event(id, "received").took);
}

CAF_TEST(of a section shows who waits and who moves up) {
  submit(1, 1, {1});
  submit(2, 2, {1});
  auto started = start_trace_of({{}, section_of(1), {}});
  CAF_REQUIRE(started);
  auto id = started->result.id;
  submit(3, 3, {1, 2});
  CAF_CHECK(event(id, "decided").detail == "waitlisted, place 1");
  submit(4, 1, {1}, route::drop_sections);
  pass(3s);
  auto noticed = event(id, "noticed");
  CAF_CHECK(noticed.student == student_of(3));
  CAF_CHECK(noticed.detail.find("promoted") == 0);
}

CAF_TEST(says what was refused and why) {
  auto started = start_trace_of({student_of(1), {}, {}});
  CAF_REQUIRE(started);
  auto id = started->result.id;
  submit(1, 1, {7});
  auto refused = event(id, "refused");
  CAF_CHECK_EQUAL(refused.detail, "window_closed");
  CAF_CHECK(event(id, "answered").detail == "rejected: window_closed");
}

CAF_TEST(of a request shows that one alone) {
  auto started = start_trace_of({{}, {}, request_of(2)});
  CAF_REQUIRE(started);
  submit(1, 1, {1});
  submit(2, 1, {2});
  pass(2s);
  auto content = operations().trace(started->result.id);
  CAF_REQUIRE(content);
  CAF_CHECK_EQUAL(content->events.size(), 7u);
  for (const auto& x : content->events)
    CAF_CHECK(x.request == request_of(2));
}

CAF_TEST(is an act when it is started and when it is stopped) {
  auto started = start_trace_of({student_of(1), {}, {}});
  CAF_REQUIRE(started);
  auto id = started->result.id;
  auto stopped = asked<acted<trace_view>>(
    [&](auto done) { operations().stop(id, why, std::move(done)); });
  CAF_REQUIRE(stopped);
  CAF_CHECK(!stopped->result.is_running);
  CAF_REQUIRE_EQUAL(factory->sql->audit.size(), 2u);
  CAF_CHECK_EQUAL(factory->sql->audit[0].action, "trace started");
  CAF_CHECK_EQUAL(factory->sql->audit[1].action, "trace stopped");
  CAF_CHECK_EQUAL(factory->sql->audit[1].subject,
                  "student " + student_of(1).to_string());
  CAF_CHECK_EQUAL(factory->sql->audit[1].reason, "a complaint");
  submit(1, 1, {1});
  CAF_CHECK(steps_of(id).empty());
  CAF_CHECK_EQUAL(operations().traces().size(), 1u);
}

CAF_TEST(of nobody is refused) {
  auto refused = start_trace_of({student_of(51), {}, {}});
  CAF_REQUIRE(!refused);
  CAF_CHECK(refused.error().code == ec::not_found);
  CAF_CHECK(factory->sql->audit.empty());
  CAF_CHECK(!peers->traces.is_on());
}

CAF_TEST_FIXTURE_SCOPE_END()
