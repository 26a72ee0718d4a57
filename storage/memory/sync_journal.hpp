#pragma once

#include "storage/memory/ledger_stores.hpp"

namespace registrar {

/// The memory ledger's entries by position.
class memory_sync_journal : public sync_journal {
public:
  explicit memory_sync_journal(std::shared_ptr<memory_ledger::content> shared)
    : shared_(std::move(shared)) {
  }

  fallible<page> read(std::uint64_t position, std::size_t limit) override;
  fallible<std::vector<journal_entry>> read_section(const section_id& section,
                                                    std::uint64_t after,
                                                    std::size_t limit) override;
  fallible<std::size_t> trim(std::span<const section_cursor> committed,
                             timestamp at, std::size_t limit) override;

private:
  std::shared_ptr<memory_ledger::content> shared_;
};

} // namespace registrar
