#pragma once

#include "config/settings.hpp"

#include <string>
#include <string_view>

namespace registrar {

/// Under which name this server holds its ledger: as configured, else host and
/// port. Where the system chooses the port, also the process: the port is
/// another one at every start.
std::string node_name_of(const settings& config);

/// Whether a node of a cluster may be called so: printable ASCII without
/// spaces, since names are typed and printed in columns.
bool is_node_name(std::string_view name);
inline constexpr std::size_t node_name_max = 64;

} // namespace registrar
