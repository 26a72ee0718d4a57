#pragma once

#include "messages/ledger.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace registrar {

/// What some consecutive entries of one section come to: one final state for
/// each row, and the header after the last. Pure.
///
/// Why one state a row: within a batch a student may drop and come back, and a
/// partial unique index is checked at once; rows that end are written first,
/// rows that live after them, so that no order of the batch is refused.
struct section_change {
  enum class row_state : std::uint8_t {
    enrolled,
    dropped,
    failed,
    waiting,
    /// Left the line: no row remains.
    gone,
  };

  struct row {
    row_state state = row_state::gone;
    /// The entry that brought the state.
    journal_entry entry;
    /// The request by which the student joined; nil where another batch said.
    request_id joined_by;
    /// When the student got the seat; the epoch where another batch said.
    timestamp enrolled_at{};
    /// True where a row of the line must go, if there is one.
    bool left_line = false;
  };

  section_header header;
  timestamp at{};
  /// The highest capacity of the batch: enrolments of before a cut are legal.
  std::uint32_t seats_max = 0;
  std::map<registration_id, row> rows;

  /// @pre entries come in order of sequence.
  void add(const journal_entry& entry);
};

} // namespace registrar
