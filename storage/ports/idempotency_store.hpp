#pragma once

#include "messages/idempotency.hpp"

#include <span>
#include <vector>

namespace registrar {

/// Keeps the record of each idempotency key (DESIGN 3.2). Batch calls, one
/// result for each input, decided in order. Records whose attempt belongs to
/// an earlier incarnation of the store's owner are taken over at once; in a
/// cluster, to a node that does not live any more.
class idempotency_store {
public:
  virtual ~idempotency_store() = default;

  virtual std::vector<key_begun> begin(std::span<const begin_key> keys,
                                       timestamp at)
    = 0;

  virtual std::vector<key_completed>
  complete(std::span<const complete_key> keys, timestamp at) = 0;

  /// One record, for `verify`: its attempt, and response if completed.
  virtual fallible<key_begun> look_up(const key_scope& scope, timestamp at) = 0;
};

} // namespace registrar
