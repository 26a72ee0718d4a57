#pragma once

#include "storage/ports/seat_ledger.hpp"
#include "tests/seed.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace registrar::test {

/// Random batches for a ledger: every kind of command, retries under the same
/// request, later and late attempts, owners of the past, sections that nobody
/// knows. It learns from the answers what can be withdrawn and which version a
/// section has.
class ledger_script {
public:
  explicit ledger_script(std::uint64_t round) : random(round) {
  }

  std::vector<decide_batch> batches();

  void learn(std::span<const decide_batch> asked,
             std::span<const seat_ledger::decision> decided);

  /// Lets time pass: mostly little or none, now and then beyond the life of
  /// memos without a key, or of all.
  void pass_time();

  random_source random;
  timestamp now{std::chrono::hours{480'000}};
  /// The epoch in force.
  epoch owner;

private:
  decide_batch batch();
  ledger_command command(const section_id& section);
  ledger_command fresh_command(const section_id& section);
  ledger_command retry();
  section_settings settings();
  std::vector<refusal> verdict();
  student_id any_student();

  std::uint64_t last_number_ = 0;
  /// Commands of each section that may come again, in order.
  std::map<section_id, std::vector<ledger_command>> sent_;
  const std::vector<ledger_command>* earlier_ = nullptr;
  std::vector<registration_id> joined_;
  std::map<section_id, std::uint64_t> versions_;
};

} // namespace registrar::test
