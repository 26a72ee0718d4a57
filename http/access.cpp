#include "http/access.hpp"

#include <array>

namespace registrar {

namespace {

constexpr std::array<std::string_view, role_count> role_words{
  "student", "staff", "admin", "operator"};

/// May act for students that are not themselves.
constexpr role_set office{role::staff, role::admin};

} // namespace

std::optional<role> parse_role(std::string_view word) {
  for (std::size_t i = 0; i < role_words.size(); ++i)
    if (role_words[i] == word)
      return static_cast<role>(i);
  return std::nullopt;
}

std::string_view to_string(role x) {
  return role_words[static_cast<std::size_t>(x)];
}

bool may_use(access_scope scope, role_set roles) {
  switch (scope) {
    case access_scope::nobody: return false;
    case access_scope::everybody: return true;
    case access_scope::any_role: return !roles.is_empty();
    case access_scope::student_self:
      return roles.has(role::student) || roles.has_any(office);
    case access_scope::staff: return roles.has_any(office);
    case access_scope::admin: return roles.has(role::admin);
    case access_scope::operations: return roles.has(role::operations);
  }
  return false;
}

bool may_ask_about(const principal& who, const student_id& student) {
  return who.roles.has_any(office)
         || (who.roles.has(role::student) && who.student == student);
}

} // namespace registrar
