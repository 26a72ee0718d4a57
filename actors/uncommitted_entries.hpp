#pragma once

#include "messages/partition_share.hpp"
#include "storage/ports/sync_journal.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace registrar {

/// Counts the effects that SQL does not hold yet, section by section, from the
/// ledger's sequences and SQL's cursors. Pure.
class uncommitted_entries {
public:
  void appended(const section_id& section, std::uint64_t sequence) {
    auto& at = sections_[section];
    if (sequence > at.appended) {
      count_ += sequence - at.appended;
      at.appended = sequence;
    }
  }

  /// SQL is here with the section; it goes back where SQL has lost commits.
  void committed(const section_id& section, std::uint64_t sequence) {
    auto& at = sections_[section];
    count_ -= at.appended - at.committed;
    at.committed = sequence;
    at.appended = std::max(at.appended, sequence);
    count_ += at.appended - at.committed;
  }

  /// The ledger says that it is here: at its opening, or by an answer.
  void ledger_is_at(const section_id& section, std::uint64_t sequence) {
    appended(section, sequence);
    sections_[section].ledger = sequence;
  }

  /// The ledger is opened anew: a section that it does not name is lost.
  void forget_ledger(const partition_set& partitions = all_partitions()) {
    for (auto& [section, at] : sections_)
      if (partitions.all() || partitions[partition_of(section)])
        at.ledger = 0;
  }

  /// Somebody else owns these partitions now, and counts their entries.
  void forget(const partition_set& partitions) {
    std::erase_if(sections_, [&](const auto& x) {
      if (!partitions[partition_of(x.first)])
        return false;
      count_ -= x.second.appended - x.second.committed;
      return true;
    });
  }

  /// Of these partitions, the sections of which SQL lacks entries, with the
  /// last that it has.
  std::vector<section_cursor> lacking(const partition_set& partitions) const {
    std::vector<section_cursor> result;
    for (const auto& [section, at] : sections_)
      if (at.appended > at.committed && partitions[partition_of(section)])
        result.push_back({section, at.committed});
    return result;
  }

  std::vector<section_id> sections_behind() const {
    std::vector<section_id> result;
    for (const auto& [section, at] : sections_)
      if (is_ledger_behind(section))
        result.push_back(section);
    return result;
  }

  /// True where the ledger has lost what it had appended or what SQL holds: a
  /// number must not be used twice.
  bool is_ledger_behind(const section_id& section) const {
    auto found = sections_.find(section);
    if (found == sections_.end() || !found->second.ledger)
      return false;
    return *found->second.ledger < found->second.appended;
  }

  /// Of the sections that are behind, those of which SQL holds all that was
  /// ever seen: the ledger can be loaded from there.
  std::vector<section_id> sections_to_restore() const {
    auto result = sections_behind();
    std::erase_if(result, [this](const section_id& section) {
      const auto& at = sections_.at(section);
      return at.committed < at.appended;
    });
    return result;
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

  /// Highest sequence that was seen.
  std::uint64_t appended_of(const section_id& section) const {
    auto found = sections_.find(section);
    return found == sections_.end() ? 0 : found->second.appended;
  }

  /// Up to which sequence SQL is known to hold the section.
  std::uint64_t committed_of(const section_id& section) const {
    auto found = sections_.find(section);
    return found == sections_.end() ? 0 : found->second.committed;
  }

  std::uint64_t count() const {
    return count_;
  }

  /// The same by partition, in order; only those that lack something. Looks at
  /// every section.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> by_partition() const {
    std::map<std::uint32_t, std::uint64_t> counts;
    for (const auto& [section, at] : sections_)
      if (at.appended > at.committed)
        counts[partition_of(section)] += at.appended - at.committed;
    return {counts.begin(), counts.end()};
  }

private:
  struct progress {
    std::uint64_t committed = 0;
    /// Never below `committed`.
    std::uint64_t appended = 0;
    /// Nothing until the ledger said it.
    std::optional<std::uint64_t> ledger;
  };

  std::unordered_map<section_id, progress> sections_;
  std::uint64_t count_ = 0;
};

} // namespace registrar
