#pragma once

#include "messages/errors.hpp"
#include "storage/redis/options.hpp"

#include <string>

namespace registrar {

/// Waits until nothing speaks against a server that starts on this ledger, as
/// long as that can be: a lease that is not renewed, a node that is silent.
/// `ec::store_locked` says who goes on and what to do.
///
/// Against a single server speak another's lease and any live node. Against one
/// that joins a cluster (`is_clustered`) speak the lease of a server that is no
/// node, and a live node that it cannot talk to; leases of nodes, dead ones
/// too, are the cluster's business. What is under our own name is of a former
/// run.
/// @param name of the server, which stays the same over restarts.
fallible<done> await_redis_ledger(const redis_options& options,
                                  const std::string& name);

/// `ec::store_locked` where a node lives: for who needs the ledger alone.
fallible<done> expect_no_node(const redis_options& options);

} // namespace registrar
