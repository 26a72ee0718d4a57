#pragma once

#include "storage/ports/sync_journal.hpp"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace registrar {

/// Counts the effects that SQL does not hold yet, section by section, from the
/// ledger's sequences and SQL's cursors. Pure.
class uncommitted_entries {
public:
  void appended(const section_id& section, std::uint64_t sequence) {
    auto& at = sections_[section];
    if (sequence > at.appended) {
      count_ += sequence - std::max(at.appended, at.committed);
      at.appended = sequence;
    }
  }

  void committed(const section_id& section, std::uint64_t sequence) {
    auto found = sections_.find(section);
    if (found == sections_.end()) {
      sections_[section] = {sequence, sequence};
      return;
    }
    auto& at = found->second;
    if (sequence <= at.committed)
      return;
    auto before = std::max(at.appended, at.committed) - at.committed;
    at.committed = sequence;
    at.appended = std::max(at.appended, sequence);
    count_ -= before - (at.appended - at.committed);
  }

  /// True where SQL is known to hold the section up to `sequence`.
  bool is_committed(const section_id& section, std::uint64_t sequence) const {
    auto found = sections_.find(section);
    return found != sections_.end() && found->second.committed >= sequence;
  }

  /// Every section's cursor, as far as it is known.
  std::vector<section_cursor> cursors() const {
    std::vector<section_cursor> result;
    result.reserve(sections_.size());
    for (const auto& [section, at] : sections_)
      result.push_back({section, at.committed});
    return result;
  }

  std::uint64_t count() const {
    return count_;
  }

private:
  struct progress {
    std::uint64_t committed = 0;
    std::uint64_t appended = 0;
  };

  std::unordered_map<section_id, progress> sections_;
  std::uint64_t count_ = 0;
};

} // namespace registrar
