#pragma once

#include "config/settings.hpp"
#include "messages/errors.hpp"

namespace registrar {

/// Why this node's certificate, its key or the nodes' authority cannot be used,
/// or nothing. What reads them later ends the process without a sentence.
failure fault_of_cluster_files(const settings& config);

} // namespace registrar
