#pragma once

#include "storage/ports/idempotency_store.hpp"
#include "storage/redis/connection.hpp"

namespace registrar {

/// A record for each key, begun and completed by scripts that decide as
/// storage/rules/key_rules does. A record is the text `fingerprint attempt
/// lease-end incarnation expiry completed response`.
class redis_idempotency_store : public idempotency_store {
public:
  /// @param incarnation the run of the ledger's owner; rises with each.
  redis_idempotency_store(redis_connection& redis, std::uint64_t incarnation)
    : redis_(redis), incarnation_(incarnation) {
  }

  std::vector<key_begun> begin(std::span<const begin_key> keys,
                               timestamp at) override;
  std::vector<key_completed> complete(std::span<const complete_key> keys,
                                      timestamp at) override;
  fallible<key_begun> look_up(const key_scope& scope, timestamp at) override;

private:
  redis_connection& redis_;
  std::uint64_t incarnation_;
};

} // namespace registrar
