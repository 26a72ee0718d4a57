#pragma once

#include <cstdint>
#include <string>

/// Who asks, and whom a route lets in.

namespace registrar {

enum class role : std::uint8_t {
  student = 1,
  staff = 2,
  admin = 4,
  operations = 8,
};

/// Bits of `role`.
using role_set = std::uint8_t;

inline constexpr role_set every_role = 15;

struct principal {
  /// The token's `sub`, a student's own id; empty where authentication is off.
  std::string subject;
  /// Where authentication is off, everybody may everything.
  role_set roles = every_role;

  bool has(role one) const {
    return (roles & static_cast<role_set>(one)) != 0;
  }
};

/// Whom a route serves.
enum class access_scope : std::uint8_t {
  /// Nobody: what a route has that does not say.
  nobody,
  /// Everybody, without a token too.
  everybody,
  /// Whoever has a role.
  any_role,
  /// The student whom the request is about; staff and admin for any student.
  student_self,
  staff,
  admin,
  operations,
};

} // namespace registrar
