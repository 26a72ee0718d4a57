#pragma once

#include "messages/ledger.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace registrar {

/// Entries of many sections on their way into SQL, kept per section in order
/// of sequence and without holes. Pure.
///
/// An entry that does not follow the last of its section is not kept: the gap
/// is remembered instead, and the journal hands out what is missing.
class sync_queue {
public:
  /// SQL has the section up to `sequence`.
  void committed(const section_id& section, std::uint64_t sequence) {
    auto& at = sections_[section];
    if (sequence > at.committed)
      at.committed = sequence;
    if (at.last < at.committed)
      at.last = at.committed;
  }

  /// True if the entry is new and follows; false if it is known (skipped) or
  /// leaves a gap (then `gaps` names its section).
  bool add(journal_entry entry) {
    auto& at = sections_[entry.after.section];
    if (entry.after.sequence <= at.last)
      return false;
    if (entry.after.sequence > at.last + 1) {
      at.has_gap = true;
      gaps_.push_back(entry.after.section);
      return false;
    }
    at.last = entry.after.sequence;
    entries_.push_back(std::move(entry));
    return true;
  }

  /// Forgets what is buffered: SQL must catch up from the journal instead.
  void drop_all() {
    entries_.clear();
    begin_ = 0;
    for (auto& [section, at] : sections_)
      at.last = at.committed;
  }

  /// SQL has less of the section than it had (a restored copy).
  void rewind(const section_id& section, std::uint64_t sequence) {
    auto& at = sections_[section];
    at.committed = at.last = sequence;
  }

  /// The next entries to write, in order of arrival; they stay until `written`.
  std::span<const journal_entry> next(std::size_t max) const {
    return {entries_.data() + begin_, std::min(max, entries_.size() - begin_)};
  }

  void written(std::size_t count) {
    begin_ += count;
    if (begin_ < entries_.size() && begin_ < compact_at)
      return;
    entries_.erase(entries_.begin(),
                   entries_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }

  /// Sections with a gap since the last call, each with where to read on.
  std::vector<std::pair<section_id, std::uint64_t>> take_gaps() {
    std::vector<std::pair<section_id, std::uint64_t>> result;
    for (const auto& section : gaps_) {
      auto& at = sections_[section];
      if (!at.has_gap)
        continue;
      at.has_gap = false;
      result.emplace_back(section, at.last);
    }
    gaps_.clear();
    return result;
  }

  std::size_t size() const {
    return entries_.size() - begin_;
  }

  std::uint64_t committed_of(const section_id& section) const {
    auto found = sections_.find(section);
    return found == sections_.end() ? 0 : found->second.committed;
  }

private:
  struct progress {
    std::uint64_t committed = 0;
    std::uint64_t last = 0;
    bool has_gap = false;
  };

  static constexpr std::size_t compact_at = 8'192;

  std::unordered_map<section_id, progress> sections_;
  std::vector<journal_entry> entries_;
  std::size_t begin_ = 0;
  std::vector<section_id> gaps_;
};

} // namespace registrar
