#include "storage/rules/section_batch.hpp"

#include <algorithm>

namespace registrar {

section_parts sections_of(std::span<const journal_entry> entries) {
  section_parts result;
  for (const auto& entry : entries)
    if (entry.kind != entry_kind::decided)
      result.try_emplace(entry.after.section);
  return result;
}

void take(section_parts& parts, std::span<const journal_entry> entries) {
  for (const auto& entry : entries) {
    if (entry.kind == entry_kind::decided)
      continue;
    auto& x = parts[entry.after.section];
    if (x.has_gap || entry.after.sequence <= x.cursor)
      continue;
    if (entry.after.sequence > x.cursor + 1) {
      x.has_gap = true;
      continue;
    }
    x.cursor = entry.after.sequence;
    x.taken.push_back(entry);
  }
}

section_change change_of(std::span<const journal_entry> entries) {
  section_change result;
  for (const auto& entry : entries)
    result.add(entry);
  return result;
}

section_change change_of(const section_rows& rows, timestamp at) {
  section_change result;
  auto put = [&](const live_row& row, entry_kind kind) {
    journal_entry entry;
    entry.kind = kind;
    entry.after = rows.header;
    entry.after.sequence
      = kind == entry_kind::enrolled ? row.sequence : row.ticket;
    entry.at = row.since;
    entry.student = row.student;
    entry.registration = row.registration;
    entry.request = row.request;
    entry.ticket = row.ticket;
    result.add(entry);
  };
  for (const auto& row : rows.roster)
    put(row, entry_kind::enrolled);
  for (const auto& row : rows.waitlist)
    put(row, entry_kind::waitlisted);
  result.at = at;
  result.header = rows.header;
  // A cut below the enrolled is legal: room for the rows first.
  result.seats_max
    = std::max(rows.header.settings.total_seats, rows.header.enrolled);
  return result;
}

} // namespace registrar
