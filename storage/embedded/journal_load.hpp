#pragma once

#include "storage/embedded/journal_file.hpp"
#include "storage/ports/registration_store.hpp"
#include "storage/rules/ledger_state.hpp"

#include <string>
#include <unordered_set>
#include <vector>

namespace registrar {

/// The embedded ledger as its files give it.
struct loaded_ledger {
  /// Without owner and standing.
  ledger_state state;
  /// Sections whose last entry is below SQL's cursor: writes were lost.
  std::unordered_set<section_id> behind;
  /// One sentence for each thing that contradicts itself. With any, `state`
  /// must not be used.
  std::vector<std::string> faults;
  /// Of the last entry in the file.
  std::uint64_t last_position = 0;
  /// Entries that SQL does not hold yet.
  std::uint64_t uncommitted = 0;
};

/// Starts from SQL's rows, carries out the entries beyond its cursors, takes
/// memos from all kept entries, and holds counts and digest of every section
/// against its last entry. Fails only where a file cannot be read.
fallible<loaded_ledger> load_ledger(journal_file& journal,
                                    registration_store& registrations);

} // namespace registrar
