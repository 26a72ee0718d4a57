#pragma once

#include "messages/uuid.hpp"
#include "storage/redis/connection.hpp"

namespace registrar {

/// Who a ledger in Redis is: the random id that it shares with SQL
/// (`ledger:id`), its partitions, and how often it was opened.

/// Nil where there is no ledger.
fallible<uuid> read_ledger_id(redis_connection& redis);

/// Makes an empty ledger: its id, an epoch and a journal for every partition.
/// Only this and `rebuild-ledger` make those keys. Does nothing where there is
/// a ledger; may be called again after it failed midway.
/// @returns the id of the ledger that is there afterwards.
fallible<uuid> create_ledger(redis_connection& redis, const uuid& id);

/// Whether a server ever opened it.
fallible<bool> is_ledger_used(redis_connection& redis);

/// Counts one more opening: the incarnation of the idempotency store's owner.
fallible<std::uint64_t> count_opening(redis_connection& redis);

/// Holds the id in Redis against SQL's: nothing, or why they must not be used
/// together.
failure judge_ledger_id(const uuid& of_redis, const uuid& of_sql);

} // namespace registrar
