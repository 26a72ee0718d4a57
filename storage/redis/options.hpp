#pragma once

#include "storage/redis/address.hpp"
#include "storage/redis/connection.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace registrar {

/// How to reach the ledger in Redis, and what to put up with.
struct redis_options {
  redis_address address;
  redis_timeouts timeouts;
  /// Serve on a Redis that can forget; who serves says which promise is void.
  bool allow_volatile = false;
  /// Who knows where the primary is (sentinel.hpp). Where there are any, of
  /// `address` only database, user and password are used.
  std::vector<redis_address> sentinels;
  /// The primary's name at the sentinels.
  std::string sentinel_master = "registrar";
  /// Replicas that must have what is answered.
  std::uint32_t replicas_min = 0;
  /// Connections that share the ledger.
  std::size_t workers = 1;
  /// Several servers share the ledger (DESIGN 6).
  bool is_clustered = false;
};

} // namespace registrar
