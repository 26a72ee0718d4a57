#pragma once

#include "messages/ledger.hpp"
#include "storage/rules/section_change.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

/// How a batch of journal entries meets what SQL has (DESIGN 3.7). Pure, so
/// that every SQL store skips, stops at gaps and looks for a bad entry alike.

namespace registrar {

/// What one section takes of a batch.
struct section_part {
  /// SQL's cursor; afterwards that of the last entry of `taken`.
  std::uint64_t cursor = 0;
  /// True where the batch goes on above cursor + 1.
  bool has_gap = false;
  /// Entries from the cursor on, without a hole.
  std::vector<journal_entry> taken;
};

/// In id order, as every writer locks sections.
using section_parts = std::map<section_id, section_part>;

/// The sections of a batch, with nothing taken yet.
section_parts sections_of(std::span<const journal_entry> entries);

/// Gives each section what follows its cursor.
/// @pre the cursors are SQL's.
void take(section_parts& parts, std::span<const journal_entry> entries);

/// All of `entries`, which are of one section and in order.
section_change change_of(std::span<const journal_entry> entries);

/// The rows of a section as a change that writes them all.
section_change change_of(const section_rows& rows, timestamp at);

} // namespace registrar
