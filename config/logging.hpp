#pragma once

#include <spdlog/spdlog.h>

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

template <class... Ts>
void log_at(spdlog::level::level_enum level, std::string_view event,
            fmt::format_string<Ts...> text, Ts&&... xs) {
  auto* logger = spdlog::default_logger_raw();
  if (logger->should_log(level))
    logger->log(level, "{} {}", event,
                fmt::format(text, std::forward<Ts>(xs)...));
}

template <class... Ts>
void log_debug(std::string_view event, fmt::format_string<Ts...> text,
               Ts&&... xs) {
  log_at(spdlog::level::debug, event, text, std::forward<Ts>(xs)...);
}

template <class... Ts>
void log_info(std::string_view event, fmt::format_string<Ts...> text,
              Ts&&... xs) {
  log_at(spdlog::level::info, event, text, std::forward<Ts>(xs)...);
}

template <class... Ts>
void log_warn(std::string_view event, fmt::format_string<Ts...> text,
              Ts&&... xs) {
  log_at(spdlog::level::warn, event, text, std::forward<Ts>(xs)...);
}

template <class... Ts>
void log_error(std::string_view event, fmt::format_string<Ts...> text,
               Ts&&... xs) {
  log_at(spdlog::level::err, event, text, std::forward<Ts>(xs)...);
}

} // namespace registrar
