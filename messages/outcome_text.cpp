#include "messages/outcome_text.hpp"

#include "messages/refusals.hpp"

namespace registrar {

std::string_view word_of(seat_status status) {
  switch (status) {
    case seat_status::undecided: return "undecided";
    case seat_status::enrolled: return "enrolled";
    case seat_status::waitlisted: return "waitlisted";
    case seat_status::already_registered: return "already_registered";
    case seat_status::rejected: return "rejected";
    case seat_status::dropped: return "dropped";
    case seat_status::left_waitlist: return "left_waitlist";
    case seat_status::not_registered: return "not_registered";
    case seat_status::withdrawn: return "withdrawn";
    case seat_status::nothing_to_withdraw: return "nothing_to_withdraw";
    case seat_status::settings_changed: return "settings_changed";
    case seat_status::settings_unchanged: return "settings_unchanged";
    case seat_status::version_mismatch: return "version_mismatch";
  }
  return "undecided";
}

std::string words_of(const seat_outcome& outcome) {
  std::string result{word_of(outcome.status)};
  if (outcome.waitlist_position > 0)
    result += ", place " + std::to_string(outcome.waitlist_position);
  auto separator = ": ";
  for (const auto& why : outcome.refusals) {
    result += separator;
    result += api_code(why.reason);
    separator = ", ";
  }
  return result;
}

} // namespace registrar
