#pragma once

#include "messages/partition_share.hpp"
#include "storage/ports/sync_journal.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace registrar {

/// Entries of many sections on their way into SQL, handed out per section in
/// order of sequence, each once and without holes. Pure.
///
/// An entry that does not follow the last of its section is held back until the
/// hole before it is filled. What finds no room is not kept: it is in the
/// journal, and the section counts as lacking something until it was read
/// again. Nothing is ever forgotten, only memory is bounded.
class sync_buffer {
public:
  using time_point = std::chrono::steady_clock::time_point;

  struct bounds {
    /// Entries of one `next`.
    std::size_t batch;
    /// Entries that wait for SQL; beyond, new ones are left in the journal.
    std::size_t waiting;
    /// Entries that are held back behind holes.
    std::size_t held;
  };

  enum class place {
    /// Will be handed out.
    waiting,
    /// Behind a hole.
    held,
    /// Not kept for want of room.
    left,
    /// Kept already.
    known,
    /// SQL has it.
    committed,
  };

  explicit sync_buffer(bounds limits) : bounds_(limits) {
  }

  // -- filling ----------------------------------------------------------------

  place add(journal_entry entry);

  /// SQL has the section up to `sequence`; it never goes back by this.
  void committed(const section_id& section, std::uint64_t sequence);

  /// SQL has the section up to `sequence` only, less than was believed: what
  /// follows is lacking.
  void rewound(const section_id& section, std::uint64_t sequence);

  /// Every section's cursor as SQL has it now. One that is not named has none.
  void reconcile(std::span<const section_cursor> cursors);

  /// Somebody else brings the sections of these partitions on: what is kept of
  /// them is in the journal.
  void forget(const partition_set& partitions);

  /// SQL is here with the sections, whatever was believed.
  void learn(std::span<const section_cursor> cursors);

  // -- emptying ---------------------------------------------------------------

  /// The next transaction: at most `bounds::batch` entries.
  std::span<const journal_entry> next() const;

  /// Takes out what `next` gave. @pre that was not empty.
  std::vector<journal_entry> take_next();

  // -- what is lacking --------------------------------------------------------

  /// Sections that lack entries, with the last sequence that they have, each
  /// once in `period` or as soon as a part of what it lacked has come. None
  /// while there is no room for them.
  std::vector<section_cursor> ask(time_point now,
                                  std::chrono::milliseconds period);

  // -- figures ----------------------------------------------------------------

  std::size_t size() const {
    return waiting_;
  }

  std::size_t held() const {
    return held_count_;
  }

  std::size_t lacking() const {
    return lacking_.size();
  }

  /// When the entry that waits longest was decided.
  std::optional<timestamp> oldest() const;

  std::uint64_t committed_of(const section_id& section) const;

  std::vector<section_cursor> cursors() const;

private:
  struct progress {
    std::uint64_t committed = 0;
    /// The last that waits, or was handed out.
    std::uint64_t last = 0;
    /// The highest ever seen.
    std::uint64_t seen = 0;
  };

  void append(journal_entry entry);
  /// Moves what was held and follows now, and sees whether something lacks.
  void settle(const section_id& section, progress& at);

  bounds bounds_;
  std::unordered_map<section_id, progress> sections_;
  /// None is empty; each is one transaction or less.
  std::deque<std::vector<journal_entry>> batches_;
  std::size_t waiting_ = 0;
  std::unordered_map<section_id, std::map<std::uint64_t, journal_entry>> held_;
  std::size_t held_count_ = 0;
  /// When each section that lacks something may be asked for again.
  std::unordered_map<section_id, time_point> lacking_;
};

} // namespace registrar
