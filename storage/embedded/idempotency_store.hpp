#pragma once

#include "storage/embedded/ledger_core.hpp"
#include "storage/ports/idempotency_store.hpp"

namespace registrar {

/// Keys in the journal's own file, in its group commit.
class embedded_idempotency_store : public idempotency_store {
public:
  explicit embedded_idempotency_store(ledger_core& core) : core_(core) {
  }

  std::vector<key_begun> begin(std::span<const begin_key> keys,
                               timestamp at) override;
  std::vector<key_completed> complete(std::span<const complete_key> keys,
                                      timestamp at) override;
  fallible<key_begun> look_up(const key_scope& scope, timestamp at) override;

private:
  ledger_core& core_;
};

} // namespace registrar
