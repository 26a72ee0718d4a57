#pragma once

#include "storage/ports/stores.hpp"

#include <memory>

namespace registrar {

/// A ledger that forgets when the process ends: the reference model of every
/// other, and the store of benchmarks. It is shared by all connections opened
/// on it, from any thread.
class memory_ledger {
public:
  memory_ledger();
  ~memory_ledger();

  /// A connection as a ledger worker owns it. Starts a new incarnation of the
  /// idempotency store's owner.
  std::unique_ptr<ledger_stores> open();

  /// A reader beside the worker. Its `trim` trims too.
  std::unique_ptr<sync_journal> open_journal();

  /// The shared content; defined in the source.
  struct content;

private:
  std::shared_ptr<content> content_;
};

} // namespace registrar
