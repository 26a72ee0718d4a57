#pragma once

#include "cli/http_client.hpp"
#include "config/settings.hpp"
#include "http/access.hpp"

namespace registrar {

/// With what a command asks a running server: REGISTRAR_TOKEN where it is set,
/// else a token with one role, signed for this moment with the configured
/// auth.hs256_secret_file, else none. (Not a flag: others can see arguments.)
fallible<bearer> bearer_for_server(const settings& config,
                                   role needed = role::staff);

} // namespace registrar
