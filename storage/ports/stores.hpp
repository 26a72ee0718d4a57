#pragma once

#include "storage/ports/catalogue_store.hpp"
#include "storage/ports/group_commit.hpp"
#include "storage/ports/idempotency_store.hpp"
#include "storage/ports/registration_store.hpp"
#include "storage/ports/seat_ledger.hpp"
#include "storage/ports/sync_journal.hpp"

#include <memory>
#include <string_view>

namespace registrar {

/// What one ledger worker owns: one connection seen through four ports.
class ledger_stores {
public:
  virtual ~ledger_stores() = default;
  virtual seat_ledger& ledger() = 0;
  virtual idempotency_store& keys() = 0;
  virtual sync_journal& journal() = 0;
  virtual group_commit& commit_group() = 0;
};

/// Opens connections; implemented by storage/factory.cpp for each back end.
/// May be called from any thread; each worker opens its own and keeps it.
class store_factory {
public:
  virtual ~store_factory() = default;

  /// Loads state where the back end needs it. The embedded back end hands out
  /// one at a time: the former must be gone.
  virtual fallible<std::unique_ptr<ledger_stores>> open_ledger() = 0;

  /// A reader beside the worker (journal reader).
  virtual fallible<std::unique_ptr<sync_journal>> open_journal() = 0;

  virtual fallible<std::unique_ptr<registration_store>> open_registrations()
    = 0;

  virtual fallible<std::unique_ptr<catalogue_store>> open_catalogue() = 0;

  /// How many database-sync workers the SQL back end bears at once.
  virtual std::size_t sync_workers() const = 0;

  /// Tells other processes where the owner of these stores serves, as far as
  /// the back end has a place for that.
  virtual void announce(std::string_view) {
  }
};

} // namespace registrar
