#include "messages/catalogue.hpp"

#include <array>

namespace registrar {

namespace {

constexpr std::array<std::string_view, 5> status_names{
  "active", "inactive", "suspended", "graduated", "withdrawn"};

} // namespace

std::string_view to_string(enrollment_status status) {
  return status_names[static_cast<std::size_t>(status)];
}

std::optional<enrollment_status>
parse_enrollment_status(std::string_view text) {
  for (std::size_t i = 0; i < status_names.size(); ++i)
    if (status_names[i] == text)
      return static_cast<enrollment_status>(i);
  return std::nullopt;
}

std::string_view section_status(const section_header& header) {
  if (!header.settings.is_active)
    return "inactive";
  if (header.settings.is_frozen)
    return "frozen";
  if (header.enrolled >= header.settings.total_seats || header.waitlisted > 0)
    return "full";
  return "open";
}

} // namespace registrar
