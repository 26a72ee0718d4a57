#include "tests/contract/key_duel.hpp"

#include <doctest/doctest.h>

using namespace registrar::test;

TEST_CASE("every idempotency store begins, completes and takes over as the "
          "memory model does, and no kill loses a stored answer") {
  for (const auto& kind : back_ends()) {
    std::map<std::string, int> taken;
    auto count = rounds(40);
    for (std::uint64_t round = 0; round < count; ++round) {
      INFO(kind.name, ", seed ", seed(), ", round ", round);
      key_duel duel{kind, round};
      for (int step = 0; step < 50; ++step) {
        INFO("step ", step);
        duel.step();
      }
      duel.crash_at_once();
      for (const auto& [what, times] : duel.taken)
        taken[what] += times;
    }
    for (const auto* what :
         {"begun", "in flight", "stored", "mismatch", "taken over", "completed",
          "too late", "crash", "reopen", "trim", "group", "survived"})
      CHECK_MESSAGE(taken[what] > 0, what);
  }
}
