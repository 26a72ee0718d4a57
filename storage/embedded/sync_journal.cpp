#include "storage/embedded/sync_journal.hpp"

namespace registrar {

namespace {

/// Entries that one call of trim looks at, for each that it may delete.
constexpr std::size_t looks_per_deletion = 4;
/// And at least: a few pages.
constexpr std::size_t looks_min = 1024;

} // namespace

fallible<sync_journal::page> embedded_sync_journal::read(std::uint64_t position,
                                                         std::size_t limit) {
  page result;
  auto ran = core_.in_group([&]() -> fallible<done> {
    auto got = reader_.read(core_.file(), position, limit);
    if (!got)
      return got.error();
    result = std::move(*got);
    return done{};
  });
  if (!ran)
    return ran.error();
  return result;
}

fallible<std::vector<journal_entry>>
embedded_sync_journal::read_section(const section_id& section,
                                    std::uint64_t after, std::size_t limit) {
  std::vector<journal_entry> result;
  auto ran = core_.in_group([&]() -> fallible<done> {
    if (generation_ != core_.generation())
      reader_.forget();
    generation_ = core_.generation();
    auto got = reader_.read_section(core_.file(), section, after, limit);
    if (!got)
      return got.error();
    result = std::move(*got);
    return done{};
  });
  if (!ran)
    return ran.error();
  return result;
}

fallible<std::size_t>
embedded_sync_journal::trim(std::span<const section_cursor> committed,
                            timestamp at, std::size_t limit) {
  cursors known;
  for (const auto& cursor : committed)
    known[cursor.section] = cursor.last_sequence;
  std::size_t count = 0;
  auto ran = core_.in_group([&]() -> fallible<done> {
    auto found = find_trimmable(known, at.time_since_epoch().count(), limit);
    if (!found)
      return found.error();
    auto gone = delete_all(*found);
    if (!gone)
      return gone.error();
    count = *gone;
    if (auto begun = core_.write(); !begun)
      return begun;
    auto keys = core_.keys().trim(core_.file(), at, limit - count);
    if (!keys) {
      core_.spoil(keys.error());
      return keys.error();
    }
    count += *keys;
    return done{};
  });
  if (!ran)
    return ran.error();
  return count;
}

bool embedded_sync_journal::is_trimmable(const entry_row& row,
                                         const cursors& committed,
                                         std::int64_t now_ms) {
  // The last position of all stays, so that none is ever given twice.
  if (row.memo_expires_ms > now_ms || row.position == core_.last_position()
      || core_.is_behind(row.section))
    return false;
  if (row.kind == entry_kind::decided)
    return true;
  if (row.memo_expires_ms == 0
      && row.at_ms + kept_without_memo.count() > now_ms)
    return false;
  const auto* section = core_.rules().state().find(row.section);
  auto cursor = committed.find(row.section);
  return section != nullptr && section->sequence() != row.sequence
         && cursor != committed.end() && row.sequence <= cursor->second;
}

fallible<std::vector<std::uint64_t>>
embedded_sync_journal::find_trimmable(const cursors& committed,
                                      std::int64_t now_ms, std::size_t limit) {
  std::vector<std::uint64_t> result;
  auto left = looks_min + looks_per_deletion * limit;
  auto scanned = core_.file().scan_columns(
    trimmed_to_, [&](const entry_row& row, std::string_view) {
      if (left == 0 || result.size() == limit)
        return false;
      --left;
      trimmed_to_ = row.position;
      if (is_trimmable(row, committed, now_ms))
        result.push_back(row.position);
      return true;
    });
  if (!scanned)
    return scanned.error();
  if (left > 0 && result.size() < limit)
    trimmed_to_ = 0;
  return result;
}

fallible<std::size_t>
embedded_sync_journal::delete_all(const std::vector<std::uint64_t>& positions) {
  for (auto position : positions) {
    auto gone = core_.write();
    if (gone)
      gone = core_.file().delete_entry(position);
    if (!gone) {
      core_.spoil(gone.error());
      return gone.error();
    }
  }
  return positions.size();
}

} // namespace registrar
