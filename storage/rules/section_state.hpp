#pragma once

#include "messages/ledger.hpp"
#include "storage/rules/waiting_line.hpp"

#include <unordered_map>

namespace registrar {

/// What lives in one section: settings, roster, line, digest. It changes only
/// through `take`, with facts: the same code for a fresh decision and for a
/// replay, so that the two cannot differ.
class section_state {
public:
  section_state(const section_id& id, std::uint32_t number)
    : id_(id), number_(number) {
  }

  /// Starts from what SQL has.
  /// @returns false where the rows contradict each other.
  bool load(const section_rows& rows);

  /// Carries out one fact. Settings and sequence become those of
  /// `entry.after`; its counts and digest are not looked at. A row that leaves
  /// but is not here is no fault: SQL may never have held it (DESIGN 5).
  /// @returns false, with nothing changed, where the entry cannot follow.
  bool take(const journal_entry& entry);

  const section_id& id() const {
    return id_;
  }

  std::uint32_t number() const {
    return number_;
  }

  const section_settings& settings() const {
    return settings_;
  }

  std::uint64_t sequence() const {
    return sequence_;
  }

  std::uint64_t digest() const {
    return digest_;
  }

  std::uint32_t enrolled() const {
    return static_cast<std::uint32_t>(rows_.size()) - line_.size();
  }

  const waiting_line& line() const {
    return line_;
  }

  section_header header() const {
    return {id_, settings_, sequence_, enrolled(), line_.size()};
  }

  bool has_free_seat() const {
    return enrolled() < settings_.total_seats;
  }

  /// The student's live row, or null.
  const live_row* find(const student_id& student) const;

  /// The live row of a registration, or null. Costs a walk over the section.
  const live_row* find(const registration_id& registration) const;

  /// From 1; 0 where the row is in the roster.
  std::uint32_t position_of(const live_row& row) const {
    return row.ticket == 0 ? 0 : line_.rank(row.ticket);
  }

  /// Everything, in order.
  section_rows rows() const;

private:
  bool join(const journal_entry& entry, bool waits);
  bool promote(const journal_entry& entry);
  void leave(const journal_entry& entry);
  void remove(std::unordered_map<student_id, live_row>::iterator at);

  section_id id_;
  std::uint32_t number_;
  section_settings settings_;
  std::uint64_t sequence_ = 0;
  std::uint64_t digest_ = 0;
  /// Enrolled and waiting: one live state per student.
  std::unordered_map<student_id, live_row> rows_;
  waiting_line line_;
};

} // namespace registrar
