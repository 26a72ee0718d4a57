#include "key_protocol_model.hpp"

#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <cstdio>

using namespace registrar::test;

namespace {

void must_hold(const char* name, extent size) {
  key_protocol_model model{size, mutation::none};
  auto broken = model.run();
  std::printf("%s: %zu states\n", name, model.states());
  CHECK_MESSAGE(!broken, broken.value_or(""));
  CHECK(model.states() > 1000);
}

void must_break(const char* name, mutation how, extent size) {
  key_protocol_model model{size, how};
  auto broken = model.run();
  std::printf("%s: found after %zu states: %s\n", name, model.states(),
              broken.value_or("nothing").c_str());
  CHECK(broken);
}

} // namespace

TEST_CASE("a key has one effect and one answer, whatever dies or is late") {
  must_hold("one key, three tries, window closing",
            {.keys = 1, .tries = 3, .crashes = 2, .lease_ends = 2});
  must_hold("one key, three tries, window opening and closing",
            {.keys = 1,
             .tries = 3,
             .crashes = 2,
             .lease_ends = 2,
             .window_flips = 2,
             .opens_late = true});
}

TEST_CASE("register, drop and register again under three keys stay apart") {
  must_hold("three keys, leases end",
            {.crashes = 0, .with_other_student = false});
  must_hold("three keys, one crash",
            {.crashes = 1, .lease_ends = 0, .with_other_student = false});
  must_hold("two keys, everything", {.keys = 2});
  // About 3 million states: only where a longer run is asked for.
  if (rounds(1) > 1)
    must_hold("three keys, another student", {.crashes = 0});
}

TEST_CASE("every rule of the protocol is needed") {
  extent size{.keys = 1, .tries = 3, .lease_ends = 2, .window_flips = 2};
  must_break("completing without comparing attempts",
             mutation::complete_without_comparing_attempts, size);
  must_break("a broker that refuses any attempt by itself",
             mutation::broker_refuses_any_attempt, size);
  must_break("no memo of passing refusals",
             mutation::no_memo_of_passing_refusals, size);
  must_break("passing refusals that bind later attempts",
             mutation::passing_refusals_bind_later_attempts, size);
  must_break("a begin that is lost though its effect is not",
             mutation::begin_is_lost_though_its_effect_is_not, size);
  must_break("an answer that is sent before it is durable",
             mutation::answer_is_sent_before_it_is_durable, size);
  must_break("no memos", mutation::no_memos,
             {.keys = 2, .tries = 2, .lease_ends = 1});
}
