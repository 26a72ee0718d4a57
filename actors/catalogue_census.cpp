#include "actors/catalogue_view.hpp"

namespace registrar {

service_census catalogue_view::census() const {
  std::shared_lock guard{mutex_};
  service_census result;
  result.students = students_.size();
  for (const auto& [id, row] : sections_) {
    const auto& header = row.header;
    auto status = section_status(header);
    ++(status == "open"     ? result.sections_open
       : status == "full"   ? result.sections_full
       : status == "frozen" ? result.sections_frozen
                            : result.sections_inactive);
    result.seats += header.settings.total_seats;
    result.seats_taken += header.enrolled;
    result.students_waiting += header.waitlisted;
  }
  return result;
}

} // namespace registrar
