#pragma once

#include "storage/ports/idempotency_store.hpp"
#include "storage/redis/connection.hpp"

namespace registrar {

/// A record for each key, begun and completed by scripts that decide as
/// storage/rules/key_rules does. A record is the text `fingerprint attempt
/// lease-end incarnation expiry completed response`.
class redis_idempotency_store : public idempotency_store {
public:
  /// @param incarnation the run of the server; rises with each.
  /// @param is_clustered other incarnations may run too: those whose key
  ///        `cluster:alive:<incarnation>` is there (cluster_registry.hpp).
  redis_idempotency_store(redis_connection& redis, std::uint64_t incarnation,
                          bool is_clustered = false)
    : redis_(redis), incarnation_(incarnation), is_clustered_(is_clustered) {
  }

  std::vector<key_begun> begin(std::span<const begin_key> keys,
                               timestamp at) override;
  std::vector<key_completed> complete(std::span<const complete_key> keys,
                                      timestamp at) override;
  fallible<key_begun> look_up(const key_scope& scope, timestamp at) override;

  /// The halves of `begin` and `complete`, for what shares a round trip: adds
  /// commands for the keys, and takes their answers out of what was replied to
  /// all, beginning at `next`, which it moves on.
  void ask_begin(redis_pipeline& all, std::span<const begin_key> keys,
                 timestamp at) const;
  static std::vector<key_begun>
  take_begun(const fallible<redis_replies>& replies, std::size_t& next,
             std::size_t count);
  void ask_complete(redis_pipeline& all, std::span<const complete_key> keys,
                    timestamp at) const;
  static std::vector<key_completed>
  take_completed(const fallible<redis_replies>& replies, std::size_t& next,
                 std::size_t count);

private:
  redis_connection& redis_;
  std::uint64_t incarnation_;
  bool is_clustered_;
};

} // namespace registrar
