#include "http/auth/principal.hpp"

#include <array>

namespace registrar {

namespace {

constexpr std::array<std::string_view, role_count> words{"student", "staff",
                                                         "admin", "operator"};

} // namespace

std::optional<role> parse_role(std::string_view word) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word)
      return static_cast<role>(i);
  return std::nullopt;
}

std::string_view to_string(role x) {
  return words[static_cast<std::size_t>(x)];
}

principal everybody() {
  return {"", role_set::all(), std::nullopt};
}

} // namespace registrar
