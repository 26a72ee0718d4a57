#pragma once

#include "messages/ids.hpp"
#include "messages/partition_share.hpp"
#include "messages/uuid.hpp"
#include "storage/redis/connection.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace registrar {

/// Who wants to hold a ledger: one server, over all its connections. A name
/// stays the same over restarts; a run is one life of the process.
class ledger_claim {
public:
  explicit ledger_claim(std::string holder);

  const std::string& holder() const {
    return holder_;
  }

  /// As text.
  const std::string& run() const {
    return run_;
  }

  /// Whether this run held the partition's lease before. It then takes it from
  /// nobody, not even from its own name: that would be a younger run.
  bool was_held(std::uint32_t partition) const {
    return was_held_[partition];
  }

  void set_held(std::uint32_t partition) {
    was_held_[partition] = true;
  }

  /// Where the holder serves; told to others with the next renewal.
  void announce(std::string_view url);
  std::string url() const;

private:
  std::string holder_;
  std::string run_;
  std::array<std::atomic<bool>, partition_count> was_held_{};
  mutable std::mutex mutex_;
  std::string url_;
};

/// A lease in force.
struct lease_in_force {
  std::string holder;
  std::chrono::milliseconds left{0};
  /// Empty where the holder said none.
  std::string url;
};

/// "Host:port holds this ledger and serves on ...", for whoever is refused.
std::string to_sentence(const lease_in_force& lease);

/// Takes or renews the leases of these partitions for `ttl` from now on. Of two
/// servers that start at once one gets nothing: the first partition of all is
/// taken before any other, or must be held by this run already, else
/// `ec::dependency_unavailable`. `ec::store_locked` says who holds it.
fallible<done> take_leases(redis_connection& redis, ledger_claim& claim,
                           std::span<const std::uint32_t> partitions,
                           std::chrono::milliseconds ttl);

/// Takes or renews those of the leases that nobody else holds, for `ttl` from
/// now on: where servers own a part each. @returns which are held now.
fallible<partition_set>
take_free_leases(redis_connection& redis, ledger_claim& claim,
                 std::span<const std::uint32_t> partitions,
                 std::chrono::milliseconds ttl);

/// Ends those of the leases that this run holds.
fallible<done> end_leases(redis_connection& redis, const ledger_claim& claim,
                          std::span<const std::uint32_t> partitions);

/// Of the leases in force, on whichever partition, the one that lasts longest,
/// or nothing.
/// @param passes whose leases are none; by holder and run.
fallible<std::optional<lease_in_force>>
read_lease(redis_connection& redis,
           const std::function<bool(std::string_view, std::string_view)>& passes
           = {});

} // namespace registrar
