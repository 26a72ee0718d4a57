#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace registrar {

/// A moment in UTC, in milliseconds: what is stored, sent and shown.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

timestamp now_utc();

/// RFC 3339 with milliseconds and `Z`: 2026-09-01T08:00:00.000Z.
std::string to_rfc3339(timestamp at);

/// Accepts RFC 3339 with any offset and up to nine fraction digits, cut to
/// milliseconds; years 1970 to 9999.
std::optional<timestamp> parse_rfc3339(std::string_view text);

} // namespace registrar
