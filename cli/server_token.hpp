#pragma once

#include "config/settings.hpp"
#include "messages/errors.hpp"

#include <string>

namespace registrar {

/// The token with which a command asks a running server: REGISTRAR_TOKEN where
/// it is set, else one of staff, signed for this moment with the configured
/// auth.hs256_secret_file, else none. (Not a flag: others can see arguments.)
fallible<std::string> token_for_server(const settings& config);

} // namespace registrar
