#pragma once

#include "actors/catalogue_view.hpp"
#include "messages/registration.hpp"

#include <vector>

namespace registrar {

/// A student's registrations as the API shows them: the live ones, then those
/// that failed, with the names that the catalogue has.
std::vector<registration_view>
registration_views(const std::vector<live_registration>& live,
                   const std::vector<registration_view>& failed,
                   const catalogue_view& catalogue);

} // namespace registrar
