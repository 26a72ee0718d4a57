#pragma once

#include "tests/contract/side.hpp"
#include "tests/seed.hpp"

#include <map>
#include <string>
#include <vector>

namespace registrar::test {

/// The idempotency stores of the reference and of another back end under the
/// same random begins, completions, leases, expiries and restarts.
class key_duel {
public:
  key_duel(const back_end_kind& kind, std::uint64_t round);

  void step();

  /// A kill at this moment, whatever waits for its commit: no answer that was
  /// stored is lost. Afterwards the two may differ in attempts: the last step.
  void crash_at_once();

  /// How often each kind of step was taken and each answer was given.
  std::map<std::string, int> taken;

private:
  void ask();
  void begin();
  void complete();
  void look_up();
  void start_again();
  void have_an_effect();
  void pass_time();
  void trim();

  key_scope any_scope();

  side model_;
  side other_;
  random_source random_;
  timestamp now_{std::chrono::hours{480'000}};
  std::map<key_scope, std::uint32_t> attempts_;
  std::uint64_t last_request_ = 0;
};

} // namespace registrar::test
