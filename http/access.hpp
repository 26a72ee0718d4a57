#pragma once

#include "messages/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Who asks, whom a route serves, and whether the two go together.

namespace registrar {

/// What somebody may be to the service; a token's `roles` say it by these
/// words: `student`, `staff`, `admin`, `operator`.
enum class role : std::uint8_t {
  /// Acts for themselves only.
  student,
  /// Acts for any student, and sees who is in which section.
  staff,
  /// Staff that also changes catalogue and students.
  admin,
  /// Runs the service; has no part in what it keeps of people.
  operations,
};

inline constexpr std::size_t role_count = 4;

/// Nothing for words that are no role of ours.
std::optional<role> parse_role(std::string_view word);

std::string_view to_string(role x);

class role_set {
public:
  constexpr role_set() = default;

  template <class... Roles>
  constexpr explicit role_set(role first, Roles... others) {
    add(first);
    (add(others), ...);
  }

  static constexpr role_set all() {
    return role_set{role::student, role::staff, role::admin, role::operations};
  }

  constexpr void add(role x) {
    bits_ = static_cast<std::uint8_t>(bits_ | bit(x));
  }

  constexpr bool has(role x) const {
    return (bits_ & bit(x)) != 0;
  }

  constexpr bool has_any(role_set others) const {
    return (bits_ & others.bits_) != 0;
  }

  constexpr bool is_empty() const {
    return bits_ == 0;
  }

  friend constexpr bool operator==(role_set, role_set) = default;

private:
  static constexpr unsigned bit(role x) {
    return 1u << static_cast<unsigned>(x);
  }

  std::uint8_t bits_ = 0;
};

/// Who asks. As it is made: nobody, who may do what is open to everybody.
struct principal {
  /// The token's `sub`; empty where nobody had to say.
  std::string subject;
  role_set roles;
  /// Whom a student's token stands for.
  std::optional<student_id> student;

  /// Every caller, where authentication is off.
  static principal anybody() {
    return {"", role_set::all(), std::nullopt};
  }

  friend bool operator==(const principal&, const principal&) = default;
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
  /// Staff and admin.
  staff,
  admin,
  operations,
};

/// Whether somebody of these roles may use a route of that scope. With
/// `student_self` the student must be the right one besides.
bool may_use(access_scope scope, role_set roles);

/// Whether they may ask about this student.
bool may_ask_about(const principal& who, const student_id& student);

} // namespace registrar
