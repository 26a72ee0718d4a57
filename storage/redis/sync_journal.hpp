#pragma once

#include "messages/partition_share.hpp"
#include "storage/ports/sync_journal.hpp"
#include "storage/redis/connection.hpp"

#include <array>
#include <unordered_map>

namespace registrar {

/// An entry's place in its partition's stream: the microsecond in which it was
/// appended, and a number below 64 within it.
struct stream_place {
  std::uint64_t us = 0;
  std::uint64_t number = 0;

  /// `us-number`, as Redis has it.
  std::string to_string() const;

  friend auto operator<=>(const stream_place&, const stream_place&) = default;
};

/// The journals of all partitions, each a stream, as one. A position is the
/// place and the partition in one number (51 bits, 6, 6), so that all entries
/// have one order: that of Redis' clock.
///
/// Where that clock was set back, entries of partitions that were not written
/// since may get positions below those of others that were: reading on from a
/// position may then leave them out until they are asked for by their section.
/// Reading from 0 leaves nothing out, ever.
///
/// `decided` entries are not in the streams: memos are keys of their own.
/// Redis deletes expired memos and idempotency keys by itself.
class redis_sync_journal : public sync_journal {
public:
  /// @param share what it trims; it reads the journals of all.
  explicit redis_sync_journal(redis_connection& redis,
                              const partition_share& share = {})
    : redis_(redis), read_(members_of(all_partitions())),
      trimmed_(members_of(share.partitions())) {
  }

  void narrow_to(const partition_set& partitions) override {
    read_ = members_of(partitions);
  }

  fallible<page> read(std::uint64_t position, std::size_t limit) override;
  fallible<std::vector<journal_entry>> read_section(const section_id& section,
                                                    std::uint64_t after,
                                                    std::size_t limit) override;
  fallible<std::size_t> trim(std::span<const section_cursor> committed,
                             timestamp at, std::size_t limit) override;

private:
  using cursors = std::unordered_map<section_id, std::uint64_t>;

  /// An entry that may go unless it is its section's last.
  struct candidate {
    std::uint32_t partition = 0;
    std::string place;
    section_id section;
    std::uint64_t sequence = 0;
  };

  fallible<std::vector<candidate>>
  find_candidates(const cursors& committed, timestamp at, std::size_t limit);
  fallible<done> keep_last_ones(std::vector<candidate>& found);
  fallible<std::size_t> delete_all(const std::vector<candidate>& found);

  redis_connection& redis_;
  /// Whose entries `read` gives.
  std::vector<std::uint32_t> read_;
  std::vector<std::uint32_t> trimmed_;
  /// Where the next trim goes on in each stream; at the beginning once all have
  /// come to their end.
  std::array<stream_place, partition_count> trimmed_to_{};
  std::array<bool, partition_count> is_at_end_{};
};

/// A journal with a connection of its own.
class redis_journal_reader : public redis_sync_journal {
public:
  explicit redis_journal_reader(std::unique_ptr<redis_connection> redis)
    : redis_sync_journal(*redis), redis_(std::move(redis)) {
  }

private:
  std::unique_ptr<redis_connection> redis_;
};

} // namespace registrar
