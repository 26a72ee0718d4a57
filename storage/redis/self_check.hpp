#pragma once

#include "storage/redis/connection.hpp"

#include <map>
#include <string>
#include <vector>

namespace registrar {

/// What a Redis says of itself, by name.
using redis_facts = std::map<std::string, std::string, std::less<>>;

/// Asks for what the check needs: the settings, `redis_version`, and of a
/// primary `replicas`, how many it feeds. A Redis that hides some leaves them
/// out.
fallible<redis_facts> read_redis_facts(redis_connection& redis);

/// One sentence for each way in which this Redis can forget what it
/// acknowledged: what is so, what it costs, what to change. Empty: none.
std::vector<std::string> self_check_findings(const redis_facts& facts);

/// A sentence where fewer replicas are connected than must have what is
/// answered, else empty. Passes when they are back.
std::string replica_finding(const redis_facts& facts,
                            std::uint32_t replicas_min);

} // namespace registrar
