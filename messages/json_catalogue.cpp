#include "messages/json.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

namespace {

// Members in the order of API 3, not of the alphabet.
using json = nlohmann::ordered_json;

std::string dumped(const json& value) {
  // Names come from files in any encoding: replace what is not UTF-8.
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

json to_object(const section_view& view) {
  const auto& row = view.section;
  const auto& settings = view.header.settings;
  auto free = settings.total_seats > view.header.enrolled
                ? settings.total_seats - view.header.enrolled
                : 0;
  json x;
  x["section_id"] = row.section_id.to_string();
  x["semester"] = view.semester_name;
  x["course_code"] = view.course_code;
  x["course_name"] = view.course_name;
  x["section_number"] = row.section_number;
  x["total_seats"] = settings.total_seats;
  x["enrolled"] = view.header.enrolled;
  x["available_seats"] = free;
  x["waitlisted"] = view.header.waitlisted;
  x["waitlist_capacity"] = settings.waitlist_capacity == unlimited
                             ? json(nullptr)
                             : json(settings.waitlist_capacity);
  x["status"] = section_status(view.header);
  x["version"] = settings.version;
  if (view.is_stale)
    x["stale"] = true;
  return x;
}

template <class Row>
void add_history(json& x, const Row& row) {
  x["created_at"] = to_rfc3339(row.created_at);
  x["updated_at"] = to_rfc3339(row.updated_at);
  x["version"] = row.version;
}

} // namespace

std::string to_json(const section_view& section) {
  return dumped(to_object(section));
}

std::string to_json(const section_page& page) {
  json x;
  x["sections"] = json::array();
  for (const auto& section : page.sections)
    x["sections"].push_back(to_object(section));
  if (!page.next.is_nil())
    x["next_cursor"] = page.next.to_string();
  return dumped(x);
}

std::string to_json(const student& row) {
  json x;
  x["student_id"] = row.student_id.to_string();
  x["student_number"] = row.student_number;
  x["first_name"] = row.first_name;
  x["last_name"] = row.last_name;
  x["email"] = or_null(row.email);
  x["enrollment_status"] = to_string(row.enrollment_status);
  add_history(x, row);
  return dumped(x);
}

std::string to_json(const course& row) {
  json x;
  x["course_id"] = row.course_id.to_string();
  x["course_code"] = row.course_code;
  x["course_name"] = row.course_name;
  x["is_active"] = row.is_active;
  add_history(x, row);
  return dumped(x);
}

std::string to_json(const semester& row) {
  json x;
  x["semester_id"] = row.semester_id.to_string();
  x["semester_name"] = row.semester_name;
  x["start_date"] = or_null(row.start_date);
  x["end_date"] = or_null(row.end_date);
  x["registration_start"] = to_rfc3339(row.registration_start);
  x["registration_end"] = to_rfc3339(row.registration_end);
  x["is_active"] = row.is_active;
  add_history(x, row);
  return dumped(x);
}

std::string to_json(const student_id& student,
                    const std::vector<registration_view>& rows) {
  json x;
  x["student_id"] = student.to_string();
  x["registrations"] = json::array();
  for (const auto& row : rows) {
    json y;
    y["registration_id"] = row.registration.to_string();
    y["section_id"] = row.section.to_string();
    y["course_code"] = row.course_code;
    y["section_number"] = row.section_number;
    y["status"] = row.status;
    if (row.waitlist_position > 0)
      y["waitlist_position"] = row.waitlist_position;
    y["registered_at"] = to_rfc3339(row.registered_at);
    if (!row.reason.empty())
      y["reason"] = row.reason;
    x["registrations"].push_back(std::move(y));
  }
  return dumped(x);
}

std::string roster_to_json(const section_rows& rows) {
  json x;
  x["section_id"] = rows.header.section.to_string();
  x["roster"] = json::array();
  for (const auto& row : rows.roster)
    x["roster"].push_back({{"student_id", row.student.to_string()},
                           {"registration_id", row.registration.to_string()},
                           {"registered_at", to_rfc3339(row.since)}});
  return dumped(x);
}

std::string waitlist_to_json(const section_rows& rows) {
  json x;
  x["section_id"] = rows.header.section.to_string();
  x["waitlist"] = json::array();
  std::uint64_t position = 0;
  for (const auto& row : rows.waitlist)
    x["waitlist"].push_back({{"student_id", row.student.to_string()},
                             {"waitlist_position", ++position},
                             {"joined_at", to_rfc3339(row.since)}});
  return dumped(x);
}

} // namespace registrar
