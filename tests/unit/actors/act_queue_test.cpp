#define CAF_SUITE act_queue

#include "actors/act_queue.hpp"

#include "tests/unit/actors/fixture.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

operator_act act_of(const std::string& subject) {
  operator_act result;
  result.who = "jane";
  result.subject = subject;
  return result;
}

} // namespace

CAF_TEST(hands acts out in order and forgets what is settled) {
  act_queue uut{10};
  CAF_CHECK(!uut.front());
  auto first = uut.add(act_of("a"));
  auto second = uut.add(act_of("b"));
  CAF_CHECK(first.ticket < second.ticket);
  CAF_REQUIRE(uut.front());
  CAF_CHECK(uut.front()->act.subject == "a");
  CAF_CHECK(uut.front()->ticket == first.ticket);
  CAF_CHECK(uut.newest_first()[0].subject == "b");
  uut.settled(first.ticket);
  CAF_CHECK(uut.front()->act.subject == "b");
  CAF_CHECK_EQUAL(uut.size(), 1u);
  // Once more, as after an answer that came twice.
  uut.settled(first.ticket);
  CAF_CHECK_EQUAL(uut.size(), 1u);
  uut.settled(second.ticket);
  CAF_CHECK(!uut.front());
}

CAF_TEST(hands back the oldest where there is no room) {
  act_queue uut{2};
  auto first = uut.add(act_of("a"));
  CAF_CHECK(!first.lost);
  CAF_CHECK(!uut.add(act_of("b")).lost);
  auto third = uut.add(act_of("c"));
  CAF_REQUIRE(third.lost);
  CAF_CHECK_EQUAL(third.lost->subject, "a");
  // Who was writing it must not take the next one out for it.
  uut.settled(first.ticket);
  CAF_CHECK_EQUAL(uut.size(), 2u);
  CAF_CHECK(uut.front()->act.subject == "b");
}
