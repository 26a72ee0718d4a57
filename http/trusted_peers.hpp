#pragma once

#include "config/settings.hpp"

#include <algorithm>
#include <string_view>

namespace registrar {

/// Loopback and the proxies of the configuration: exempt from what bounds one
/// address, because many clients come through them, and believed about who the
/// client is.
inline bool is_trusted(const settings& config, std::string_view address) {
  const auto& proxies = config.trusted_proxies;
  return address.starts_with("127.") || address == "::1"
         || std::find(proxies.begin(), proxies.end(), address) != proxies.end();
}

} // namespace registrar
