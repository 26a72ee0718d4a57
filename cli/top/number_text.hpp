#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Figures as an operator reads them. What is not known is `-`.

namespace registrar::top {

using maybe = std::optional<double>;

/// `12,345`; from ten million on `12.3M`.
std::string count_text(maybe count);

/// A second: `0`, `1.5`, `1,234`, `12.3k`.
std::string rate_text(maybe rate);

/// `0.12 ms`, `8.1 ms`, `120 ms`, `5.4 s`, `3 min`, `5 h`, `2 d`.
std::string span_text(maybe ms);

/// Of a share from 0 to 1: `0.3 %`, `12 %`.
std::string share_text(maybe share);

/// `512 B`, `1.5 MB`.
std::string bytes_text(maybe bytes);

/// The time of day of an RFC 3339 text, `12:31:07`; with the day
/// `09-01 12:31:07`. What is no such text comes back cleaned.
std::string clock_of(std::string_view at);
std::string day_and_clock_of(std::string_view at);

} // namespace registrar::top
