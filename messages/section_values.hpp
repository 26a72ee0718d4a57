#pragma once

#include <string_view>

/// What the free columns of a section may hold (API 2), whoever brings them.

namespace registrar {

/// `MoWeFr 10:00-10:50;Tu 14:00-15:20`, or empty.
bool is_meetings(std::string_view text);

/// `4` or `2.5`: up to six digits before and after the point.
bool is_decimal(std::string_view text);

} // namespace registrar
