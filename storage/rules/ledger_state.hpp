#pragma once

#include "messages/ledger.hpp"
#include "storage/rules/memo_table.hpp"
#include "storage/rules/section_state.hpp"

#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace registrar {

/// All that a ledger holds, without I/O and without a clock: sections, memos,
/// who is registered where, who is inactive, who owns it. Facts go in by
/// `take`; what comes next is decided in `ledger_rules`. Copies are
/// independent of each other.
class ledger_state {
public:
  // -- facts ------------------------------------------------------------------

  /// A section as SQL has it. @returns false where its rows contradict each
  /// other or the section is here already.
  bool load(const section_rows& rows);

  /// Carries out one journal entry, memo included. @returns false, with
  /// nothing changed, where it does not follow on what is here.
  bool take(const journal_entry& entry);

  /// Keeps only the entry's memo, if it has one. @returns false where the
  /// section is not here.
  bool remember(const journal_entry& entry);

  /// Frees some memos that expired by `at`.
  void forget(timestamp at, std::size_t limit);

  void set_owner(const epoch& owner) {
    owner_ = owner;
  }

  void set_standing(const student_id& student, bool is_active);

  // -- reading ----------------------------------------------------------------

  const epoch& owner() const {
    return owner_;
  }

  bool is_active(const student_id& student) const {
    return inactive_.empty() || !inactive_.contains(student);
  }

  const std::unordered_set<student_id>& inactive() const {
    return inactive_;
  }

  /// The section, or null.
  const section_state* find(const section_id& section) const;

  std::optional<memo_table::found> find_memo(const section_state& section,
                                             const request_id& request,
                                             timestamp at) const {
    return memos_.find(section.number(), request, at);
  }

  /// In order of section id.
  std::vector<live_registration> registrations(const student_id& student) const;

  /// In id order.
  std::vector<section_header> headers() const;

  std::size_t memo_count() const {
    return memos_.size();
  }

private:
  section_state* find(const section_id& section);
  void remember(std::uint32_t section, const journal_entry& entry);
  void add_registration(const student_id& student, std::uint32_t section);
  void remove_registration(const student_id& student, std::uint32_t section);

  /// By number.
  std::deque<section_state> sections_;
  std::unordered_map<section_id, std::uint32_t> numbers_;
  /// Numbers of the sections where a student has a live row.
  std::unordered_map<student_id, std::vector<std::uint32_t>> students_;
  std::unordered_set<student_id> inactive_;
  memo_table memos_;
  epoch owner_;
};

} // namespace registrar
