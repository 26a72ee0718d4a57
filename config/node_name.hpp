#pragma once

#include "config/settings.hpp"

#include <string>

namespace registrar {

/// Under which name this server holds its ledger: as configured, else host and
/// port. Where the system chooses the port, also the process: the port is
/// another one at every start.
std::string node_name_of(const settings& config);

} // namespace registrar
