#include "actors/registration_views.hpp"

#include <tuple>

namespace registrar {

std::vector<registration_view>
registration_views(const std::vector<live_registration>& live,
                   const std::vector<registration_view>& failed,
                   const catalogue_view& catalogue) {
  std::vector<registration_view> result;
  result.reserve(live.size() + failed.size());
  for (const auto& x : live) {
    auto [course, number] = catalogue.names_of(x.section);
    result.push_back({x.registration, x.section, course, number,
                      x.is_waiting ? "waitlisted" : "enrolled",
                      x.waitlist_position, x.since, ""});
  }
  for (const auto& x : failed) {
    auto& row = result.emplace_back(x);
    std::tie(row.course_code, row.section_number)
      = catalogue.names_of(x.section);
  }
  return result;
}

} // namespace registrar
