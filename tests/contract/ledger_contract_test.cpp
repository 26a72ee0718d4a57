#include "tests/contract/ledger_duel.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::test;

TEST_CASE("every ledger decides as the memory model does, through restarts, "
          "kills, trimming and SQL at any distance") {
  for (const auto& kind : back_ends()) {
    std::map<std::string, int> taken;
    std::set<seat_status> statuses;
    std::set<entry_kind> kinds;
    auto count = rounds(12);
    for (std::uint64_t round = 0; round < count; ++round) {
      ledger_duel duel{kind, round};
      for (int step = 0; step < 150; ++step) {
        INFO(kind.name, ", seed ", seed(), ", round ", round, ", step ", step);
        duel.step();
      }
      for (const auto& [what, times] : duel.taken)
        taken[what] += times;
      statuses.insert(duel.statuses.begin(), duel.statuses.end());
      kinds.insert(duel.kinds.begin(), duel.kinds.end());
    }
    // A suite that left something out would prove nothing.
    for (const auto* what : {"execute", "group", "fence", "standing", "sync",
                             "trim", "reopen", "crash"})
      CHECK_MESSAGE(taken[what] > 0, what);
    // All but `undecided`; all ten kinds of entries.
    CHECK(statuses.size() == 12);
    CHECK(kinds.size() == 10);
  }
}
