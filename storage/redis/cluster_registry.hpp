#pragma once

#include "storage/ports/cluster_registry.hpp"
#include "storage/redis/options.hpp"

#include <cstdint>
#include <memory>

namespace registrar {

/// The nodes of a cluster in the Redis that holds their ledger, by its clock.
/// Hash `cluster:nodes` has of each node the text `run incarnation beat until
/// protocol leaving http cluster joining`, times in milliseconds; fields are
/// only ever added at the end. Set `cluster:drained`. The key
/// `cluster:alive:<incarnation>` is there while a run lives, so that its
/// idempotency keys are left to it.
///
/// A connection of its own, closed for good once it failed: its owner opens
/// another.
/// @param incarnation of this run (`begin_redis_incarnation`). Of two runs
///        under one name that with the higher is the younger.
fallible<std::unique_ptr<cluster_registry>>
open_redis_cluster_registry(const redis_options& options,
                            std::uint64_t incarnation);

} // namespace registrar
