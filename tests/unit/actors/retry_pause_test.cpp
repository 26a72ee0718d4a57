#define CAF_SUITE retry_pause

#include "actors/restart_intensity.hpp"
#include "actors/retry_pause.hpp"

#include <set>

#include "tests/unit/actors/dsl.hpp"

using namespace registrar;
using namespace std::chrono_literals;

CAF_TEST(pauses double up to their bound and are shortened by half at most) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    retry_pause uut{50ms, 5s, seed};
    auto whole = 50ms;
    for (int i = 0; i < 12; ++i) {
      auto pause = uut.next();
      CAF_REQUIRE_LESS_OR_EQUAL(whole.count() / 2, pause.count());
      CAF_REQUIRE_LESS_OR_EQUAL(pause.count(), whole.count());
      whole = std::min<std::chrono::milliseconds>(whole * 2, 5s);
    }
  }
}

CAF_TEST(pauses start small again after a success) {
  retry_pause uut{50ms, 5s, 1};
  for (int i = 0; i < 10; ++i)
    uut.next();
  uut.reset();
  CAF_CHECK_LESS_OR_EQUAL(uut.next().count(), 50);
}

CAF_TEST(those who failed together do not come back together) {
  std::set<std::int64_t> pauses;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    retry_pause uut{1s, 5s, seed * 7919};
    uut.next();
    pauses.insert(uut.next().count());
  }
  CAF_CHECK_LESS(10u, pauses.size());
}

CAF_TEST(a child may die so often in a period and no more) {
  restart_intensity uut;
  restart_intensity::time_point now{};
  for (std::size_t i = 0; i < limits::restarts_max; ++i)
    CAF_CHECK(uut.died(now += 1s));
  CAF_CHECK(!uut.died(now += 1s));
  CAF_CHECK(uut.died(now + limits::restart_period + 1s));
}

CAF_TEST(deaths leave the count one by one) {
  restart_intensity uut;
  restart_intensity::time_point now{};
  auto apart = limits::restart_period / (limits::restarts_max - 1);
  for (int i = 0; i < 100; ++i)
    CAF_REQUIRE(uut.died(now += apart));
}

CAF_TEST(the wait before a restart doubles within its bounds) {
  restart_intensity uut;
  restart_intensity::time_point now{};
  std::chrono::milliseconds whole = limits::restart_backoff_min;
  for (int i = 0; i < 20; ++i) {
    uut.died(now);
    CAF_CHECK_EQUAL(uut.backoff(0).count(), whole.count());
    CAF_CHECK_EQUAL(uut.backoff(1).count(), whole.count() / 2);
    whole = std::min<std::chrono::milliseconds>(whole * 2,
                                                limits::restart_backoff_max);
  }
}
