#pragma once

#include "storage/memory/ledger_stores.hpp"
#include "storage/rules/key_rules.hpp"
#include "storage/rules/ledger_rules.hpp"

#include <map>
#include <mutex>

namespace registrar {

/// Private to this room: what the connections of one memory ledger share.
struct memory_ledger::content {
  std::mutex mutex;
  ledger_rules rules;
  /// Entries by position.
  std::map<std::uint64_t, journal_entry> journal;
  std::uint64_t last_position = 0;
  std::map<key_scope, key_record> keys;
  std::uint64_t incarnation = 0;
};

/// Entries that trim may delete: see `sync_journal::trim`.
bool is_trimmable(const journal_entry& entry, const ledger_state& ledger,
                  std::uint64_t committed, timestamp at);

} // namespace registrar
