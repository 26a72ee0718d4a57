#pragma once

#include "actors/supervisor.hpp"
#include "actors/tree.hpp"

#include <vector>

namespace actor_tests {

/// The actors of one server, one of each pool, none with a thread of its own:
/// what a deterministic scheduler can run.
std::vector<registrar::child_spec>
plain_children(caf::actor_system& system, const registrar::tree_parts& parts);

} // namespace actor_tests
