#pragma once

#include "messages/cluster.hpp"

#include <nlohmann/json_fwd.hpp>

/// JSON of a cluster. Whom nobody is, is null.

namespace registrar {

/// What the overview shows of each node as well, in the order of their names.
nlohmann::ordered_json nodes_in(const cluster_sight& x);
nlohmann::ordered_json to_object(const cluster_state& x);

} // namespace registrar
