#pragma once

#include "storage/redis/connection.hpp"

#include <map>
#include <string>
#include <vector>

namespace registrar {

/// What a Redis says of itself: settings by name, and `redis_version`.
using redis_facts = std::map<std::string, std::string, std::less<>>;

/// Asks for what the check needs. A Redis that hides its settings leaves them
/// out.
fallible<redis_facts> read_redis_facts(redis_connection& redis);

/// One sentence for each way in which this Redis can forget what it
/// acknowledged: what is so, what it costs, what to change. Empty: none.
std::vector<std::string> self_check_findings(const redis_facts& facts);

} // namespace registrar
