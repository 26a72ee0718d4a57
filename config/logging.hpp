#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

/// One log line: subject-verb-object with a stable kebab-case event id first,
/// `log_info("section-restarted", "section {} restarted: {}", id, why)`.

namespace registrar {

/// Sets up the default logger: one line per event on stderr, asynchronous, so
/// that a slow terminal does not slow the service. @param level one of trace,
/// debug, info, warn, error, off.
void start_logging(std::string_view level);

/// Flushes and ends the logger's thread.
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
