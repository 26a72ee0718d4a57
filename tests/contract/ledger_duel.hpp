#pragma once

#include "tests/contract/ledger_script.hpp"
#include "tests/contract/plain_ledger.hpp"
#include "tests/contract/side.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace registrar::test {

/// The reference and another back end, given the same random steps; what they
/// answer and what they hold must be the same after each, and be what the plain
/// ledger answers.
class ledger_duel {
public:
  ledger_duel(const back_end_kind& kind, std::uint64_t round);

  void step();

  /// How often each kind of step was taken, to see that nothing was left out.
  std::map<std::string, int> taken;
  /// What was answered and written at least once.
  std::set<seat_status> statuses;
  std::set<entry_kind> kinds;

private:
  // -- steps ------------------------------------------------------------------

  void execute();
  void fence();
  void change_standing();
  void carry_to_sql();
  void trim();
  void start_again();
  void open_again(void (side::*how)());

  // -- comparisons ------------------------------------------------------------

  void execute_once();
  void follow(const seat_ledger::decision& decided);
  bool is_same(std::vector<journal_entry> read,
               std::vector<journal_entry> expected) const;
  void compare_state();
  void compare_rows();
  void compare_journals();
  void compare_sql();
  std::uint64_t sequence_of(const section_id& section) const;
  std::vector<journal_entry> read_all(sync_journal& journal);

  /// Of the other back end.
  bool has_one_journal_;
  side model_;
  side other_;
  plain_ledger plain_;
  ledger_script script_;
  random_source& random_;
  /// Every section's header, and the digest of its rows, by its last entry.
  std::unordered_map<section_id, section_header> headers_;
  std::unordered_map<section_id, std::uint64_t> digests_;
  /// Every effect of each section, trimmed or not.
  std::unordered_map<section_id, std::vector<journal_entry>> past_;
  /// What the journal must hold: with the model's digests, in its order.
  std::vector<journal_entry> journal_;
  std::map<student_id, bool> standing_;
  /// How far the journals were read for SQL.
  std::uint64_t model_position_ = 0;
  std::uint64_t other_position_ = 0;
  /// Read, not yet carried; starts with some that SQL has.
  std::deque<journal_entry> pending_;
  std::size_t carried_ = 0;
};

} // namespace registrar::test
