#pragma once

#include "messages/uuid.hpp"
#include "storage/ports/stores.hpp"
#include "storage/redis/key_sample.hpp"
#include "storage/redis/lease.hpp"
#include "storage/redis/options.hpp"

#include <memory>
#include <string>
#include <vector>

namespace registrar {

/// Opens the ledger in Redis, a connection of its own. `ec::store_unusable`
/// where the Redis can forget, or holds another ledger; `ec::ledger_lost` where
/// it holds none; `ec::dependency_unavailable` may heal, such as too few
/// replicas.
/// @param ledger_id the id that SQL has, or nil to take what Redis has.
/// @param incarnation of the idempotency store's owner: connections of one run
///        share it; 0 begins a new one.
/// @param claim of the server that wants to hold the ledger; null: nobody's.
/// @param share the partitions that this connection owns and decides in.
fallible<std::unique_ptr<ledger_stores>>
open_redis_ledger(const redis_options& options, const uuid& ledger_id = {},
                  std::uint64_t incarnation = 0,
                  std::shared_ptr<ledger_claim> claim = {},
                  const partition_share& share = {});

/// A reader beside the worker, on a connection of its own.
fallible<std::unique_ptr<sync_journal>>
open_redis_journal(const redis_options& options);

/// Makes an empty ledger under this id where Redis holds none. @returns the id
/// of the ledger that is there afterwards.
fallible<uuid> create_redis_ledger(const redis_options& options,
                                   const uuid& id);

/// The ledger's id, nil where Redis holds none.
fallible<uuid> read_redis_ledger_id(const redis_options& options);

/// Whether a server ever opened it.
fallible<bool> is_redis_ledger_used(const redis_options& options);

/// Begins a run of the owner: the incarnation for its connections.
fallible<std::uint64_t> begin_redis_incarnation(const redis_options& options);

/// Who holds the ledger, if anybody does that does not pass (lease.hpp).
fallible<std::optional<lease_in_force>> read_redis_lease(
  const redis_options& options,
  const std::function<bool(std::string_view, std::string_view)>& passes = {});

/// Stored answers of keys, and memos, for `verify` (key_sample.hpp).
fallible<std::vector<std::string>>
sample_redis_answers(const redis_options& options, std::size_t limit);
fallible<redis_memos>
read_redis_memos(const redis_options& options,
                 std::span<const std::pair<section_id, request_id>> names);

/// One sentence for each way in which this Redis can forget, or lacks replicas
/// (self_check.hpp).
fallible<std::vector<std::string>> check_redis(const redis_options& options);

} // namespace registrar
