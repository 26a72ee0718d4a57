#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every bound of `registrar top`: value, unit, reason.

namespace registrar::limits {

/// Between two looks: the service takes its own figures once a second; an hour
/// is no watching any more.
inline constexpr double top_interval_min_s = 0.5;
inline constexpr double top_interval_max_s = 3'600;
inline constexpr double top_interval_default_s = 1;
/// For an answer; a server that takes longer counts as gone.
inline constexpr auto top_patience = std::chrono::milliseconds{3'000};
/// Actors of one answer, as the service bounds them.
inline constexpr std::uint32_t top_actors_max = 500;
/// Actors that are asked for beyond the screen, so that scrolling finds some.
inline constexpr std::uint32_t top_actors_ahead = 50;
/// Actors of a picture that is printed.
inline constexpr std::uint32_t top_actors_printed = 20;
/// Acts of one answer, as the service bounds them.
inline constexpr std::uint32_t top_acts_max = 200;
/// Characters of a filter, as the service bounds them.
inline constexpr std::size_t top_filter_length_max = 100;
/// Columns of a picture for nobody's terminal.
inline constexpr std::size_t top_columns_printed = 100;
/// Lines below which there is no room for the whole header.
inline constexpr std::size_t top_lines_for_header = 20;

} // namespace registrar::limits
