#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string_view>

/// One log line: subject-verb-object with a stable kebab-case event id first,
/// `log_info("section-restarted", "section {} restarted: {}", id, why)`.

namespace registrar {

enum class log_format : std::uint8_t {
  /// `2026-09-01T08:00:00.000Z info section-restarted section ... restarted`
  text,
  /// One object a line: `at`, `level`, `event`, `text`.
  json,
};

/// Sets up the default logger: one line per event on stderr, written by a
/// thread of its own, so that a slow terminal does not slow the service: lines
/// that it cannot take are dropped, counted, and the count is logged. @param
/// level one of trace, debug, info, warn, error, off.
void start_logging(std::string_view level,
                   log_format format = log_format::text);

/// Lines that were lost so far because the reader of stderr was too slow.
std::uint64_t dropped_log_lines();

/// Writes what is left and ends the logger's thread; later lines go nowhere.
/// @pre no other thread logs any more.
void stop_logging();

enum class log_severity : std::uint8_t { debug, info, warn, error };

/// Whether a line of this severity is written at all.
bool is_logged(log_severity severity);

void write_log(log_severity severity, std::string_view event,
               std::string_view text);

/// The logger itself stays out of this header: most files log, and formatting
/// is dear to compile.
template <class... Ts>
void log_at(log_severity severity, std::string_view event,
            fmt::format_string<Ts...> text, Ts&&... xs) {
  if (is_logged(severity))
    write_log(severity, event,
              fmt::vformat(text, fmt::make_format_args(xs...)));
}

template <class... Ts>
void log_debug(std::string_view event, fmt::format_string<Ts...> text,
               Ts&&... xs) {
  log_at(log_severity::debug, event, text, std::forward<Ts>(xs)...);
}

template <class... Ts>
void log_info(std::string_view event, fmt::format_string<Ts...> text,
              Ts&&... xs) {
  log_at(log_severity::info, event, text, std::forward<Ts>(xs)...);
}

template <class... Ts>
void log_warn(std::string_view event, fmt::format_string<Ts...> text,
              Ts&&... xs) {
  log_at(log_severity::warn, event, text, std::forward<Ts>(xs)...);
}

template <class... Ts>
void log_error(std::string_view event, fmt::format_string<Ts...> text,
               Ts&&... xs) {
  log_at(log_severity::error, event, text, std::forward<Ts>(xs)...);
}

} // namespace registrar
