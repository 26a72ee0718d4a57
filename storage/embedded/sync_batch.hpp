#pragma once

#include "storage/ports/registration_store.hpp"

#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

namespace registrar {

/// What a batch of journal entries leaves behind in SQL: one final state for
/// each row, however often it changed on the way. Pure; points into the
/// entries, which must outlive it.
class sync_batch {
public:
  struct section {
    section_id id;
    /// SQL's before the batch.
    std::uint64_t cursor = 0;
    /// The last entry to carry out, or null where there is none.
    const journal_entry* last = nullptr;
    /// Highest capacity at any moment of the batch.
    std::uint32_t seats_max = 0;
    bool has_gap = false;

    std::uint64_t reached() const {
      return last == nullptr ? cursor : last->after.sequence;
    }
  };

  /// What happened to one registration; null where it did not.
  struct row {
    std::size_t section = 0;
    const journal_entry* waited = nullptr;
    /// `enrolled` or `promoted`.
    const journal_entry* enrolled = nullptr;
    const journal_entry* ended = nullptr;

    /// Its waitlist row was there before and goes.
    bool leaves_line() const;
    /// Its waitlist row comes and stays.
    bool joins_line() const {
      return waited != nullptr && enrolled == nullptr && ended == nullptr;
    }
    /// It ends as `failed`.
    bool fails() const;
  };

  /// Tells how far SQL is with a section.
  using cursor_source
    = std::function<fallible<std::uint64_t>(const section_id&)>;

  /// Fails only where `cursor_of` fails.
  fallible<done> gather(std::span<const journal_entry> entries,
                        const cursor_source& cursor_of);

  const std::vector<section>& sections() const {
    return sections_;
  }

  const std::vector<row>& rows() const {
    return rows_;
  }

private:
  void take(const journal_entry& entry, std::size_t number);

  std::vector<section> sections_;
  std::vector<row> rows_;
  std::unordered_map<section_id, std::size_t> section_numbers_;
  std::unordered_map<registration_id, std::size_t> row_numbers_;
};

} // namespace registrar
