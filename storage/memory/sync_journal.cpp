#include "storage/memory/sync_journal.hpp"

#include "storage/memory/ledger_content.hpp"

#include <unordered_map>

namespace registrar {

bool is_trimmable(const journal_entry& entry, const ledger_state& ledger,
                  std::uint64_t committed, timestamp at) {
  auto has_memo = entry.memo.status != seat_status::undecided;
  if (has_memo && entry.memo_expires > at)
    return false;
  if (entry.kind == entry_kind::decided)
    return true;
  if (!has_memo && entry.at + sync_journal::kept_without_memo > at)
    return false;
  const auto* section = ledger.find(entry.after.section);
  auto is_last
    = section != nullptr && section->sequence() == entry.after.sequence;
  return !is_last && entry.after.sequence <= committed;
}

fallible<sync_journal::page> memory_sync_journal::read(std::uint64_t position,
                                                       std::size_t limit) {
  std::lock_guard guard{shared_->mutex};
  page result{{}, position};
  const auto& journal = shared_->journal;
  for (auto at = journal.upper_bound(position);
       at != journal.end() && result.entries.size() < limit; ++at) {
    result.position = at->first;
    if (at->second.kind != entry_kind::decided)
      result.entries.push_back(at->second);
  }
  return result;
}

fallible<std::vector<journal_entry>>
memory_sync_journal::read_section(const section_id& section,
                                  std::uint64_t after, std::size_t limit) {
  std::lock_guard guard{shared_->mutex};
  std::vector<journal_entry> result;
  for (const auto& [position, entry] : shared_->journal) {
    if (result.size() == limit)
      break;
    if (entry.after.section == section && entry.after.sequence > after
        && entry.kind != entry_kind::decided)
      result.push_back(entry);
  }
  return result;
}

fallible<std::size_t>
memory_sync_journal::trim(std::span<const section_cursor> committed,
                          timestamp at, std::size_t limit) {
  std::lock_guard guard{shared_->mutex};
  std::unordered_map<section_id, std::uint64_t> cursors;
  for (const auto& cursor : committed)
    cursors[cursor.section] = cursor.last_sequence;
  std::size_t count = 0;
  const auto& ledger = shared_->rules.state();
  for (auto it = shared_->journal.begin();
       it != shared_->journal.end() && count < limit;) {
    auto cursor = cursors.find(it->second.after.section);
    auto last = cursor == cursors.end() ? 0 : cursor->second;
    if (is_trimmable(it->second, ledger, last, at)) {
      it = shared_->journal.erase(it);
      ++count;
    } else {
      ++it;
    }
  }
  for (auto it = shared_->keys.begin();
       it != shared_->keys.end() && count < limit;) {
    if (it->second.expires <= at) {
      it = shared_->keys.erase(it);
      ++count;
    } else {
      ++it;
    }
  }
  return count;
}

} // namespace registrar
