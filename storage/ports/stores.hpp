#pragma once

#include "messages/partition_share.hpp"
#include "storage/ports/catalogue_store.hpp"
#include "storage/ports/cluster_registry.hpp"
#include "storage/ports/group_commit.hpp"
#include "storage/ports/idempotency_store.hpp"
#include "storage/ports/registration_store.hpp"
#include "storage/ports/seat_ledger.hpp"
#include "storage/ports/sync_journal.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// What a ledger worker found in its mailbox.
struct ledger_work {
  std::span<const begin_key> begins;
  std::span<const decide_batch> batches;
  std::span<const complete_key> completes;
};

/// One result for each input, in order.
struct ledger_work_done {
  std::vector<key_begun> begun;
  std::vector<seat_ledger::decision> decisions;
  std::vector<key_completed> completed;
};

/// What one ledger worker owns: one connection seen through four ports. Those
/// of its calls that own or change speak for the partitions of the share with
/// which it was opened; reads see the whole ledger.
class ledger_stores {
public:
  virtual ~ledger_stores() = default;
  virtual seat_ledger& ledger() = 0;
  virtual idempotency_store& keys() = 0;
  virtual sync_journal& journal() = 0;
  virtual group_commit& commit_group() = 0;

  /// Begins keys, decides, completes keys, as the ports' own calls do one after
  /// the other; where each of them is a round trip, all of it is one.
  virtual ledger_work_done carry_out(const ledger_work& work, timestamp at) {
    return {keys().begin(work.begins, at), ledger().execute(work.batches, at),
            keys().complete(work.completes, at)};
  }
};

/// Opens connections; implemented by storage/factory.cpp for each back end.
/// May be called from any thread; each worker opens its own and keeps it.
class store_factory {
public:
  virtual ~store_factory() = default;

  /// How many workers may share the ledger.
  virtual std::size_t ledger_workers() const {
    return 1;
  }

  /// Loads state where the back end needs it. The embedded back end hands out
  /// one at a time: the former must be gone.
  /// @pre `share.count` is at most `ledger_workers()`.
  virtual fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share& share) = 0;

  fallible<std::unique_ptr<ledger_stores>> open_ledger() {
    return open_ledger({});
  }

  /// A reader beside the worker (journal reader).
  virtual fallible<std::unique_ptr<sync_journal>> open_journal() = 0;

  virtual fallible<std::unique_ptr<registration_store>> open_registrations()
    = 0;

  virtual fallible<std::unique_ptr<catalogue_store>> open_catalogue() = 0;

  /// Of a ledger that several servers share; `ec::store_unusable` elsewhere.
  virtual fallible<std::unique_ptr<cluster_registry>> open_cluster_registry() {
    return failure{ec::store_unusable,
                   "These stores cannot be shared by several servers."};
  }

  /// Names this life of the process, in leases and in the registry.
  virtual std::string run() const {
    return {};
  }

  /// The number of this life among all that served from these stores, rising;
  /// 0 where several cannot serve at once.
  virtual std::uint64_t incarnation() const {
    return 0;
  }

  /// How many database-sync workers the SQL back end bears at once.
  virtual std::size_t sync_workers() const = 0;

  /// Tells other processes where the owner of these stores serves, as far as
  /// the back end has a place for that.
  virtual void announce(std::string_view) {
  }
};

} // namespace registrar
