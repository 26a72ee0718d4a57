#define CAF_SUITE actor_vitals

#include "actors/actor_rates.hpp"
#include "actors/decision_memory.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <string>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

using reading = actor_vitals::reading;
using steady = std::chrono::steady_clock;

/// Looks from its making on.
struct looker {
  looker() {
    actor_vitals::start_looking();
  }

  ~looker() {
    actor_vitals::stop_looking();
  }
};

void handle_one(actor_vitals& x) {
  x.on_begun();
  x.on_ended();
}

reading after(std::uint64_t begun, std::uint64_t ended,
              std::chrono::milliseconds busy = 0ms) {
  reading x;
  x.arrived = begun;
  x.begun = begun;
  x.ended = ended;
  x.busy = busy;
  return x;
}

struct rates_fixture {
  steady::time_point now{1h};
  actor_rates<std::string> uut;

  actor_rate look(const reading& x, std::chrono::milliseconds later = 1s) {
    now += later;
    uut.begin(now);
    auto result = uut.note("one", x);
    uut.end();
    return result;
  }
};

} // namespace

CAF_TEST(a mailbox is as deep as what was sent and is not begun) {
  actor_vitals uut;
  for (int i = 0; i < 3; ++i)
    uut.on_arrival();
  CAF_CHECK_EQUAL(uut.read(steady::now()).depth(), 3u);
  uut.on_begun();
  auto seen = uut.read(steady::now());
  CAF_CHECK_EQUAL(seen.depth(), 2u);
  CAF_CHECK(seen.is_in_message());
  uut.on_ended();
  CAF_CHECK(!uut.read(steady::now()).is_in_message());
}

CAF_TEST(nobody who looks means no time that is taken) {
  actor_vitals uut;
  uut.on_resumed();
  uut.on_arrival();
  handle_one(uut);
  uut.on_paused();
  auto seen = uut.read(steady::now());
  CAF_CHECK(seen.busy == 0ns);
  CAF_CHECK(seen.wait < 0ns);
  CAF_CHECK_EQUAL(seen.ended, 1u);
}

CAF_TEST(a wait is from the sending to the handling of one message) {
  looker someone;
  actor_vitals uut;
  uut.on_resumed();
  uut.on_arrival();
  auto sent = steady::now();
  while (steady::now() - sent < 2ms)
    ;
  handle_one(uut);
  uut.on_paused();
  auto seen = uut.read(steady::now());
  CAF_CHECK(seen.wait >= 2ms);
  CAF_CHECK(seen.busy >= 2ms);
}

CAF_TEST(whoever came while an actor works sees it busy from then on) {
  actor_vitals uut;
  uut.on_resumed();
  looker someone;
  uut.on_begun();
  auto begun = steady::now();
  while (steady::now() - begun < 2ms)
    ;
  CAF_CHECK(uut.read(steady::now()).busy >= 2ms);
  uut.on_ended();
  uut.on_paused();
  CAF_CHECK(uut.read(steady::now()).busy >= 2ms);
}

CAF_TEST_FIXTURE_SCOPE(actor_rates_of_looks, rates_fixture)

CAF_TEST(a first look has no rates) {
  auto seen = look(after(100, 100));
  CAF_CHECK(!seen.messages_per_second);
  CAF_CHECK(!seen.busy);
  CAF_CHECK(!uut.interval());
}

CAF_TEST(rates are of the time between two looks) {
  look(after(100, 100, 10ms));
  auto seen = look(after(150, 150, 510ms), 2s);
  CAF_REQUIRE(seen.messages_per_second);
  CAF_CHECK_EQUAL(*seen.messages_per_second, 25.0);
  CAF_CHECK_EQUAL(*seen.busy, 0.25);
}

CAF_TEST(one that was started again begins anew) {
  look(after(100, 100));
  CAF_CHECK(!look(after(3, 3)).messages_per_second);
  auto next = look(after(5, 5));
  CAF_REQUIRE(next.messages_per_second);
  CAF_CHECK_EQUAL(*next.messages_per_second, 2.0);
}

CAF_TEST(one that stays in a message is seen in it longer and longer) {
  look(after(8, 7));
  CAF_CHECK(look(after(8, 7)).handling_for == 1000ms);
  CAF_CHECK(look(after(8, 7)).handling_for == 2000ms);
  CAF_CHECK(look(after(9, 8)).handling_for == 0ms);
  CAF_CHECK(!look(after(9, 9)).handling_for);
}

CAF_TEST(who is not seen any more is forgotten) {
  look(after(8, 8));
  now += 1s;
  uut.begin(now);
  uut.end();
  CAF_CHECK(!look(after(9, 9)).messages_per_second);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a section remembers its last decisions and no more) {
  decision_memory uut;
  for (std::uint32_t i = 1; i <= limits::decisions_remembered + 3; ++i) {
    past_decision x;
    x.waitlist_position = i;
    uut.add(x);
  }
  auto all = uut.newest_first();
  CAF_REQUIRE_EQUAL(all.size(), limits::decisions_remembered);
  CAF_CHECK_EQUAL(all.front().waitlist_position,
                  limits::decisions_remembered + 3);
  CAF_CHECK_EQUAL(all.back().waitlist_position, 4u);
}
