#pragma once

#include "storage/redis/options.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// `HOST:PORT,HOST:PORT`, an IPv6 host in brackets. `ec::invalid_value` says
/// what is wrong; an empty text is an empty list.
fallible<std::vector<redis_address>> parse_sentinels(std::string_view text);

/// For messages: where the ledger's Redis is, or who knows it.
std::string place_of(const redis_options& options);

/// Connects to the Redis that decides now. With sentinels: to the primary that
/// one of them names, which must say itself that it is one. Each is asked in
/// turn within a short time of its own. A primary with too few replicas, such
/// as one that was cut off from the others, is taken only where no sentinel
/// names a better one.
///
/// `ec::dependency_unavailable` says what each sentinel said.
fallible<std::unique_ptr<redis_connection>>
open_redis(const redis_options& options);

/// The replicas that a primary feeds at this moment. A replica is not one:
/// `ec::dependency_unavailable`.
fallible<std::size_t> count_replicas(redis_connection& redis);

} // namespace registrar
