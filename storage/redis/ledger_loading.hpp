#pragma once

#include "messages/ledger.hpp"
#include "messages/uuid.hpp"
#include "storage/redis/connection.hpp"

/// Makes what a Redis has lost anew from SQL's rows (`rebuild-ledger`). The
/// ledger's id comes last: without it no server starts on what is half done.

namespace registrar {

/// Deletes all keys of all partitions but their leases. @pre Redis holds no
/// ledger (`read_ledger_id` gives nil).
fallible<done> clear_partitions(redis_connection& redis);

/// An epoch and a journal for every partition that lacks one.
fallible<done> make_partitions(redis_connection& redis);

/// Replaces one section by these rows, in one atomic step, under the epoch that
/// is in force. @pre the rows keep the ledger's invariants.
fallible<done> load_section(redis_connection& redis, const epoch& owner,
                            const section_rows& rows);

/// Names the ledger. @pre Redis holds none.
fallible<done> name_ledger(redis_connection& redis, const uuid& id);

} // namespace registrar
