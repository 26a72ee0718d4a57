#pragma once

#include "messages/ledger.hpp"
#include "messages/partition_share.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace registrar {

/// How far SQL has come with one section.
struct section_cursor {
  section_id section;
  std::uint64_t last_sequence = 0;

  friend bool operator==(const section_cursor&, const section_cursor&)
    = default;
};

/// Reads the ledger's entries in the order in which they were appended, for
/// the journal reader (start, takeover, gaps). Entries without an effect
/// (`decided`) are not handed out.
class sync_journal {
public:
  virtual ~sync_journal() = default;

  /// From now on `read` gives entries of these partitions; it may give others
  /// too. Before: of all.
  virtual void narrow_to(const partition_set&) {
  }

  /// Entries with a journal position above `position`, at most `limit`.
  struct page {
    std::vector<journal_entry> entries;
    /// Pass it to the next call; unchanged where nothing is left.
    std::uint64_t position = 0;
  };

  virtual fallible<page> read(std::uint64_t position, std::size_t limit) = 0;

  /// One section's entries above `after`, in order, at most `limit`.
  virtual fallible<std::vector<journal_entry>>
  read_section(const section_id& section, std::uint64_t after,
               std::size_t limit)
    = 0;

  /// How long an effect without a memo (a promotion) is kept: as long as the
  /// memo of a keyed request, so that what SQL may lose can be read again.
  static constexpr std::chrono::milliseconds kept_without_memo
    = std::chrono::hours{25};

  /// Deletes entries that SQL has (at or below its cursor), whose memo has
  /// expired (or `kept_without_memo` has passed) and that are not the last of
  /// their section; also expired memos
  /// and keys. At most `limit` rows; returns how many.
  virtual fallible<std::size_t> trim(std::span<const section_cursor> committed,
                                     timestamp at, std::size_t limit)
    = 0;
};

} // namespace registrar
