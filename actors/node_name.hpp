#pragma once

#include "config/settings.hpp"

#include <string>

namespace registrar {

/// How this server is called where operators look.
inline std::string node_name(const settings& config) {
  if (!config.node_name.empty())
    return config.node_name;
  return config.listen_host + ":" + std::to_string(config.listen_port);
}

} // namespace registrar
