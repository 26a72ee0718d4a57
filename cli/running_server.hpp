#pragma once

#include "config/settings.hpp"
#include "messages/errors.hpp"

#include <string>

namespace registrar {

/// Where the server serves that holds the configured stores: its URL, or empty
/// where none holds them. `ec::store_locked` where one does and does not say
/// where; give --url then.
fallible<std::string> url_of_running_server(const settings& config);

} // namespace registrar
