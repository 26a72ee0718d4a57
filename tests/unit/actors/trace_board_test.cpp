#define CAF_SUITE trace_board

#include "actors/trace_board.hpp"

#include "config/limits.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <thread>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

constexpr timestamp start_time{1'700'000'000s};

struct board {
  trace_view start(trace_subject subject, std::chrono::seconds span = 60s) {
    auto started = uut.start({subject, span}, {"jane", "a complaint", ""}, now);
    CAF_REQUIRE(started);
    return *started;
  }

  void step(const char* name, int request, int student,
            std::vector<section_id> sections) {
    uut.note({name, request_of(request), student_of(student), sections, "",
              std::nullopt},
             now);
  }

  std::vector<std::string> steps_of(const trace_view& trace) {
    auto content = uut.get(trace.id, now);
    CAF_REQUIRE(content);
    std::vector<std::string> result;
    for (const auto& x : content->events)
      result.push_back(x.step);
    return result;
  }

  using steps = std::vector<std::string>;

  trace_board uut;
  timestamp now = start_time;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_board, board)

CAF_TEST(keeps nothing and is off while nothing is traced) {
  CAF_CHECK(!uut.is_on());
  step("received", 1, 1, {section_of(1)});
  CAF_CHECK(uut.list(now).empty());
  CAF_CHECK(!uut.get(uuid::random(), now));
  CAF_CHECK(uut.stop(uuid::random(), now).error().code == ec::not_found);
}

CAF_TEST(keeps the steps of its student and of nobody else) {
  auto trace = start({student_of(1), {}, {}});
  CAF_CHECK(uut.is_on());
  step("received", 1, 1, {section_of(1), section_of(2)});
  step("received", 2, 2, {section_of(1)});
  step("answered", 1, 1, {section_of(1)});
  CAF_CHECK(steps_of(trace) == (steps{"received", "answered"}));
  auto content = uut.get(trace.id, now);
  CAF_CHECK(content->events[0].section.is_nil());
  CAF_CHECK(content->events[1].section == section_of(1));
  CAF_CHECK_EQUAL(content->trace.who, "jane");
  CAF_CHECK_EQUAL(content->trace.why, "a complaint");
}

CAF_TEST(keeps the steps of its section among those of a request) {
  auto trace = start({{}, section_of(2), {}});
  step("received", 1, 1, {section_of(1), section_of(2)});
  step("decided", 1, 1, {section_of(1)});
  step("decided", 1, 1, {section_of(2)});
  CAF_CHECK(steps_of(trace) == (steps{"received", "decided"}));
}

CAF_TEST(keeps the steps of its request) {
  auto trace = start({{}, {}, request_of(7)});
  step("received", 6, 1, {section_of(1)});
  step("received", 7, 1, {section_of(1)});
  CAF_CHECK(steps_of(trace) == (steps{"received"}));
}

CAF_TEST(ends a trace at its time and is off again) {
  auto trace = start({student_of(1), {}, {}}, 60s);
  now += 59'999ms;
  step("received", 1, 1, {});
  CAF_CHECK(uut.get(trace.id, now)->trace.is_running);
  now += 1ms;
  CAF_CHECK(!uut.get(trace.id, now)->trace.is_running);
  step("answered", 1, 1, {});
  CAF_CHECK(steps_of(trace) == (steps{"received"}));
  CAF_CHECK(!uut.is_on());
}

CAF_TEST(never runs longer than the bound) {
  auto trace = start({student_of(1), {}, {}}, 24h);
  CAF_CHECK(trace.until == now + limits::trace_time_max);
}

CAF_TEST(stops when told to and keeps what it has) {
  auto trace = start({student_of(1), {}, {}});
  step("received", 1, 1, {});
  now += 1s;
  auto stopped = uut.stop(trace.id, now);
  CAF_REQUIRE(stopped);
  CAF_CHECK(!stopped->is_running);
  CAF_CHECK(stopped->until == now);
  CAF_CHECK(!uut.is_on());
  step("answered", 1, 1, {});
  CAF_CHECK(steps_of(trace) == (steps{"received"}));
  // Again, later: the end stays where it was.
  now += 1s;
  CAF_CHECK(uut.stop(trace.id, now)->until == stopped->until);
}

CAF_TEST(forgets the oldest events beyond the bound and counts them) {
  auto trace = start({student_of(1), {}, {}});
  for (std::size_t i = 0; i < limits::trace_events_max; ++i)
    step("received", 1, 1, {});
  step("answered", 1, 1, {});
  step("written", 1, 1, {});
  auto content = uut.get(trace.id, now);
  CAF_CHECK_EQUAL(content->events.size(), limits::trace_events_max);
  CAF_CHECK_EQUAL(content->trace.forgotten, 2u);
  CAF_CHECK_EQUAL(content->events.back().step, "written");
}

CAF_TEST(refuses more running traces than the bound and keeps ended ones) {
  std::vector<trace_view> traces;
  for (std::size_t i = 0; i < limits::traces_running_max; ++i)
    traces.push_back(start({student_of(1), {}, {}}));
  auto refused = uut.start({{student_of(1), {}, {}}, 1s}, {}, now);
  CAF_REQUIRE(!refused);
  CAF_CHECK(refused.error().code == ec::conflict);
  CAF_REQUIRE(uut.stop(traces[0].id, now));
  start({student_of(2), {}, {}});
  CAF_CHECK_EQUAL(uut.list(now).size(), limits::traces_running_max + 1);
  CAF_CHECK(uut.list(now)[0].subject.student == student_of(2));
}

CAF_TEST(forgets the oldest of the ended traces beyond the bound) {
  auto running = start({student_of(1), {}, {}}, limits::trace_time_max);
  std::optional<trace_view> first_ended;
  for (std::size_t i = 0; i < limits::traces_kept_max; ++i) {
    auto trace = start({student_of(2), {}, {}}, 10s);
    if (!first_ended)
      first_ended = trace;
    CAF_REQUIRE(uut.stop(trace.id, now));
  }
  CAF_CHECK_EQUAL(uut.list(now).size(), limits::traces_kept_max);
  CAF_CHECK(uut.get(running.id, now));
  CAF_CHECK(!uut.get(first_ended->id, now));
}

CAF_TEST(is told from many threads at once and counts every step) {
  auto trace = start({student_of(1), {}, {}});
  constexpr int threads = 4;
  constexpr int each = 300;
  std::vector<std::thread> tellers;
  for (int i = 0; i < threads; ++i)
    tellers.emplace_back([this] {
      for (int j = 0; j < each; ++j)
        if (uut.is_on())
          step("received", 1, 1, {section_of(1)});
    });
  for (auto& x : tellers)
    x.join();
  CAF_CHECK_EQUAL(uut.get(trace.id, now)->events.size(),
                  std::size_t{threads * each});
}

CAF_TEST_FIXTURE_SCOPE_END()
