#include "messages/refusals.hpp"

namespace registrar {

std::string_view api_code(refusal_reason reason) {
  switch (reason) {
    case refusal_reason::section_not_found: return "section_not_found";
    case refusal_reason::section_inactive:
    case refusal_reason::course_inactive:
    case refusal_reason::semester_inactive: return "section_inactive";
    case refusal_reason::section_full: return "section_full";
    case refusal_reason::window_not_yet_open:
    case refusal_reason::window_over: return "window_closed";
    case refusal_reason::section_frozen: return "section_frozen";
    case refusal_reason::duplicate_in_request: return "duplicate_in_request";
    case refusal_reason::student_inactive: return "student_inactive";
  }
  return "rejected";
}

std::string detail_of(const refusal& why) {
  switch (why.reason) {
    case refusal_reason::section_not_found:
      return "There is no section with this id; look it up under "
             "/api/v1/sections.";
    case refusal_reason::section_inactive:
      return "This section is not offered at present; choose another section "
             "of the course.";
    case refusal_reason::course_inactive:
      return "The course of this section is not offered at present; choose "
             "another course.";
    case refusal_reason::semester_inactive:
      return "The semester of this section is not active; choose a section "
             "of an active semester.";
    case refusal_reason::section_full:
      return "All seats are taken and the waitlist takes nobody more; choose "
             "another section or try again when a seat is free.";
    case refusal_reason::window_not_yet_open:
      return "Registration for this semester opens at "
             + to_rfc3339(why.opens_at) + "; try again then.";
    case refusal_reason::window_over:
      return "Registration for this semester has ended; ask the registrar's "
             "office for a late registration.";
    case refusal_reason::section_frozen:
      return "An operator holds this section for a moment; try again in a few "
             "minutes.";
    case refusal_reason::duplicate_in_request:
      return "The request names this section more than once; its first "
             "mention was judged, leave the others out.";
    case refusal_reason::student_inactive:
      return "The student is not active and cannot register; ask the "
             "registrar's office about the enrolment status.";
  }
  return "The section refused the request.";
}

bool is_passing(refusal_reason reason) {
  return reason == refusal_reason::window_not_yet_open
         || reason == refusal_reason::window_over
         || reason == refusal_reason::section_frozen
         || reason == refusal_reason::student_inactive;
}

} // namespace registrar
