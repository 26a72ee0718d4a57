#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace registrar {

/// What turned a request away before its handler saw it.
enum class refusal_cause : std::uint8_t {
  none,
  /// No token, no good one, or not one that may.
  access,
  address_limit,
  student_limit,
  /// The journal or the ledger is too slow for all who come.
  load,
  /// Too many requests are being worked on.
  in_flight,
  /// Too many connections are open.
  connections,
};

inline constexpr std::array<std::string_view, 7> refusal_cause_names{
  "none", "access",    "address_limit", "student_limit",
  "load", "in_flight", "connections"};

} // namespace registrar
