#pragma once

#include "messages/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

  constexpr bool is_empty() const {
    return bits_ == 0;
  }

  constexpr bool has_any(role_set others) const {
    return (bits_ & others.bits_) != 0;
  }

  friend constexpr bool operator==(role_set, role_set) = default;

private:
  static constexpr unsigned bit(role x) {
    return 1u << static_cast<unsigned>(x);
  }

  std::uint8_t bits_ = 0;
};

/// Who asks. As it is made, nobody, who may do what is public.
struct principal {
  /// The token's `sub`; empty where nobody was asked.
  std::string subject;
  role_set roles;
  /// Whom a student's token stands for.
  std::optional<student_id> student;

  friend bool operator==(const principal&, const principal&) = default;
};

/// Stands for every caller where authentication is off.
principal everybody();

} // namespace registrar
