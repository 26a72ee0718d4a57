#include "tests/contract/projection_duel.hpp"

#include <doctest/doctest.h>

using namespace registrar::test;

TEST_CASE("every registration store holds what the memory model holds, "
          "whatever comes twice, is missing or contradicts") {
  for (const auto& kind : projection_back_ends()) {
    std::map<std::string, int> taken;
    auto count = rounds(12);
    for (std::uint64_t round = 0; round < count; ++round) {
      projection_duel duel{kind, round};
      for (int step = 0; step < 80; ++step) {
        INFO(kind.name, ", seed ", seed(), ", round ", round, ", step ", step);
        duel.step();
      }
      for (const auto& [what, times] : duel.taken)
        taken[what] += times;
    }
    for (const auto* what : {"apply", "gap", "contradiction", "project",
                             "start again", "failed registration"})
      CHECK_MESSAGE(taken[what] > 0, what);
  }
}
