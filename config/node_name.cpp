#include "config/node_name.hpp"

#include <algorithm>

#include <unistd.h>

namespace registrar {

std::string node_name_of(const settings& config) {
  if (!config.node_name.empty())
    return config.node_name;
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0)
    host[0] = '\0';
  auto name = std::string{host} + ":" + std::to_string(config.listen_port);
  return config.listen_port != 0 ? name
                                 : name + "/" + std::to_string(::getpid());
}

bool is_node_name(std::string_view name) {
  return !name.empty() && name.size() <= node_name_max
         && std::all_of(name.begin(), name.end(),
                        [](char c) { return c > ' ' && c <= '~'; });
}

} // namespace registrar
