#pragma once

#include "messages/ledger.hpp"
#include "storage/redis/connection.hpp"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace registrar {

/// What `verify` reads of keys and memos, beside the stores' own calls.

/// One section's outcome of one request, by their names.
using redis_memos = std::map<std::pair<section_id, request_id>, seat_outcome>;

/// Stored answers of idempotency keys, of at most `limit` keys.
fallible<std::vector<std::string>> sample_answers(redis_connection& redis,
                                                  std::size_t limit);

/// Those of the named memos that Redis has.
fallible<redis_memos>
read_memos(redis_connection& redis,
           std::span<const std::pair<section_id, request_id>> names);

} // namespace registrar
