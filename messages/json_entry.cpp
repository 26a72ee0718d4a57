#include "messages/json.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

std::string_view to_string(entry_kind kind) {
  switch (kind) {
    case entry_kind::section_created: return "section_created";
    case entry_kind::enrolled: return "enrolled";
    case entry_kind::waitlisted: return "waitlisted";
    case entry_kind::dropped: return "dropped";
    case entry_kind::left_waitlist: return "left_waitlist";
    case entry_kind::promoted: return "promoted";
    case entry_kind::withdrawn: return "withdrawn";
    case entry_kind::removed_from_waitlist: return "removed_from_waitlist";
    case entry_kind::settings_changed: return "settings_changed";
    case entry_kind::decided: return "decided";
  }
  return "unknown";
}

std::string to_json(const journal_entry& entry) {
  const auto& after = entry.after;
  nlohmann::ordered_json x;
  x["kind"] = to_string(entry.kind);
  x["section_id"] = after.section.to_string();
  x["sequence"] = after.sequence;
  x["at"] = to_rfc3339(entry.at);
  x["request_id"] = entry.request.to_string();
  if (!entry.registration.is_nil()) {
    x["student_id"] = entry.student.to_string();
    x["registration_id"] = entry.registration.to_string();
  }
  if (entry.ticket != 0)
    x["ticket"] = entry.ticket;
  if (!entry.failure_reason.empty())
    x["failure_reason"] = entry.failure_reason;
  auto& settings = x["settings"];
  settings["total_seats"] = after.settings.total_seats;
  if (after.settings.waitlist_capacity == unlimited)
    settings["waitlist_capacity"] = nullptr;
  else
    settings["waitlist_capacity"] = after.settings.waitlist_capacity;
  settings["is_active"] = after.settings.is_active;
  settings["frozen"] = after.settings.is_frozen;
  settings["version"] = after.settings.version;
  x["enrolled_count"] = after.enrolled;
  x["waitlisted_count"] = after.waitlisted;
  return x.dump(-1, ' ', false,
                nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace registrar
