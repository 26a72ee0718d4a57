#pragma once

#include "storage/embedded/journal_file.hpp"
#include "storage/ports/sync_journal.hpp"

#include <unordered_map>
#include <vector>

namespace registrar {

/// Reads the journal through a connection. A section's entries are found by an
/// index in memory that is built at the first question for one (gaps are rare)
/// and extended at every other.
class journal_reader {
public:
  fallible<sync_journal::page> read(journal_file& file, std::uint64_t position,
                                    std::size_t limit);

  fallible<std::vector<journal_entry>> read_section(journal_file& file,
                                                    const section_id& section,
                                                    std::uint64_t after,
                                                    std::size_t limit);

  /// Positions may mean something else from now on.
  void forget() {
    sections_.clear();
    indexed_to_ = 0;
  }

private:
  struct place {
    std::uint64_t sequence = 0;
    std::uint64_t position = 0;
  };

  fallible<done> extend(journal_file& file);

  std::unordered_map<section_id, std::vector<place>> sections_;
  std::uint64_t indexed_to_ = 0;
};

/// A journal beside the worker's: its own connection, for reading only.
fallible<std::unique_ptr<sync_journal>>
open_embedded_journal(const std::filesystem::path& path,
                      database::mode how = database::mode::read);

} // namespace registrar
