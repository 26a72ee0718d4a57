#pragma once

#include "tests/contract/ledger_script.hpp"
#include "tests/contract/side.hpp"

#include <map>
#include <string>
#include <vector>

namespace registrar::test {

/// The registration stores of the reference and of another back end, given the
/// entries of one random history in batches that overlap, leave holes, or
/// contradict what is there.
class projection_duel {
public:
  projection_duel(const back_end_kind& kind, std::uint64_t round);

  void step();

  /// How often each kind of step was taken.
  std::map<std::string, int> taken;

private:
  void write_history();
  void apply();
  void contradict();
  void project();
  void notify();
  void start_again();

  void apply(const std::vector<journal_entry>& batch);
  void compare();
  void compare_some_of(const std::vector<section_rows>& all);
  std::uint64_t cursor_of(const section_id& section);
  std::vector<journal_entry> some_of(const section_id& section);
  std::vector<journal_entry>
  mixed(std::vector<std::vector<journal_entry>> parts);

  side model_;
  side other_;
  ledger_script script_;
  random_source& random_;
  /// Effects of each section from number 1 on.
  std::map<section_id, std::vector<journal_entry>> history_;
};

} // namespace registrar::test
