#include "storage/embedded/sync_batch.hpp"

#include <algorithm>

namespace registrar {

bool sync_batch::row::leaves_line() const {
  if (waited != nullptr)
    return false;
  if (enrolled != nullptr && enrolled->kind == entry_kind::promoted)
    return true;
  // Also where SQL refused a promotion that is now taken back.
  return enrolled == nullptr && ended != nullptr
         && ended->kind != entry_kind::dropped;
}

bool sync_batch::row::fails() const {
  return ended != nullptr
         && (ended->kind == entry_kind::withdrawn
             || ended->kind == entry_kind::removed_from_waitlist);
}

fallible<done> sync_batch::gather(std::span<const journal_entry> entries,
                                  const cursor_source& cursor_of) {
  rows_.reserve(entries.size());
  row_numbers_.reserve(entries.size());
  for (const auto& entry : entries) {
    const auto& id = entry.after.section;
    auto [at, is_new] = section_numbers_.try_emplace(id, sections_.size());
    if (is_new) {
      auto cursor = cursor_of(id);
      if (!cursor)
        return cursor.error();
      sections_.push_back({id, *cursor});
    }
    auto& where = sections_[at->second];
    if (entry.kind == entry_kind::decided
        || entry.after.sequence <= where.reached())
      continue;
    where.has_gap
      = where.has_gap || entry.after.sequence != where.reached() + 1;
    if (where.has_gap)
      continue;
    where.last = &entry;
    where.seats_max
      = std::max(where.seats_max, entry.after.settings.total_seats);
    take(entry, at->second);
  }
  return done{};
}

void sync_batch::take(const journal_entry& entry, std::size_t number) {
  if (entry.kind == entry_kind::section_created
      || entry.kind == entry_kind::settings_changed)
    return;
  auto [at, is_new]
    = row_numbers_.try_emplace(entry.registration, rows_.size());
  if (is_new)
    rows_.push_back({number});
  auto& changed = rows_[at->second];
  switch (entry.kind) {
    case entry_kind::waitlisted: changed.waited = &entry; break;
    case entry_kind::enrolled:
    case entry_kind::promoted: changed.enrolled = &entry; break;
    default: changed.ended = &entry; break;
  }
}

} // namespace registrar
