#pragma once

#include "config/limits.hpp"

/// Every bound of `registrar top`: value, unit, reason.

namespace registrar::limits {

/// Between two looks: the service looks itself about once a second, and rates
/// need a look before that it has not forgotten.
inline constexpr auto top_interval_min = 500ms;
inline constexpr auto top_interval_max = 4s;
inline constexpr auto top_interval_default = 1s;
/// For an answer; a service that takes longer counts as gone.
inline constexpr auto top_patience = 3s;
/// Actors that are asked for beyond the screen, so that scrolling finds some.
inline constexpr std::uint32_t top_actors_ahead = 50;
/// Actors of a picture that is printed: a screen of them.
inline constexpr std::uint32_t top_actors_printed = 20;
/// Bytes of a filter: names are shorter.
inline constexpr std::size_t top_filter_bytes_max = 100;
/// Columns of a picture that is no terminal's.
inline constexpr std::size_t top_columns_printed = 100;
/// Lines from which a screen has room for every figure above its table.
inline constexpr std::size_t top_header_lines_min = 20;

static_assert(top_interval_max < look_kept_for);

} // namespace registrar::limits
