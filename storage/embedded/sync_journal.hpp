#pragma once

#include "storage/embedded/journal_reader.hpp"
#include "storage/embedded/ledger_core.hpp"
#include "storage/ports/sync_journal.hpp"

namespace registrar {

/// The journal through the worker's own connection: the one that trims.
class embedded_sync_journal : public sync_journal {
public:
  explicit embedded_sync_journal(ledger_core& core) : core_(core) {
  }

  fallible<page> read(std::uint64_t position, std::size_t limit) override;
  fallible<std::vector<journal_entry>> read_section(const section_id& section,
                                                    std::uint64_t after,
                                                    std::size_t limit) override;

  /// Looks at a bounded number of entries a call and goes on from there at the
  /// next: 0 does not mean that nothing is left.
  fallible<std::size_t> trim(std::span<const section_cursor> committed,
                             timestamp at, std::size_t limit) override;

private:
  using cursors = std::unordered_map<section_id, std::uint64_t>;

  bool is_trimmable(const entry_row& row, const cursors& committed,
                    std::int64_t now_ms);
  fallible<std::vector<std::uint64_t>> find_trimmable(const cursors& committed,
                                                      std::int64_t now_ms,
                                                      std::size_t limit);
  fallible<std::size_t> delete_all(const std::vector<std::uint64_t>& positions);

  ledger_core& core_;
  journal_reader reader_;
  /// Of the core's state that `reader_` has seen.
  std::uint64_t generation_ = 0;
  /// Where the next trim goes on.
  std::uint64_t trimmed_to_ = 0;
};

} // namespace registrar
