#include "http/catalogue_reader.hpp"

#include "config/limits.hpp"
#include "http/member_reader.hpp"
#include "messages/section_values.hpp"

namespace registrar {

namespace {

/// A row that another one belongs to: its id, or the name by which people call
/// it.
template <class Id>
void read_reference(member_reader& members, const char* id_member, Id& id,
                    const char* name_member, std::string& name) {
  auto given_id = members.id<Id>(id_member);
  auto given_name = members.text(name_member, 50);
  if (given_id && given_name)
    members.fault(std::string{id_member} + " and " + name_member
                  + " are both there; give one of them.");
  else if (!given_id && !given_name)
    members.fault(std::string{id_member} + " is missing; give it, or "
                  + name_member + ".");
  id = given_id.value_or(Id{});
  name = std::move(given_name).value_or("");
}

template <class Id>
Id given_or_random(member_reader& members, const char* name) {
  return members.id<Id>(name).value_or(Id::random());
}

std::optional<enrollment_status> read_status(member_reader& members) {
  auto text = members.text("enrollment_status");
  if (!text)
    return std::nullopt;
  auto status = parse_enrollment_status(*text);
  if (!status)
    members.fault("enrollment_status must be active, inactive, suspended, "
                  "graduated or withdrawn.");
  return status;
}

/// Null means that the waitlist has no bound.
std::optional<std::uint32_t> read_waitlist_capacity(member_reader& members) {
  if (members.is_null("waitlist_capacity"))
    return unlimited;
  return members.number("waitlist_capacity", limits::total_seats_max);
}

void check_window(member_reader& members, timestamp start, timestamp end) {
  if (end < start)
    members.fault("registration_end must not lie before registration_start.");
}

} // namespace

fallible<new_section> read_section(std::string_view body) {
  member_reader members{body,
                        {"section_id", "course_id", "course_code",
                         "semester_id", "semester", "section_number",
                         "total_seats", "is_active", "waitlist_capacity",
                         "meetings", "credits"}};
  new_section result;
  auto& row = result.row;
  row.section_id = given_or_random<section_id>(members, "section_id");
  read_reference(members, "course_id", row.course_id, "course_code",
                 result.course_code);
  read_reference(members, "semester_id", row.semester_id, "semester",
                 result.semester);
  row.section_number
    = members.required("section_number", members.text("section_number", 50));
  row.settings.total_seats = members.required(
    "total_seats", members.number("total_seats", limits::total_seats_max));
  row.settings.is_active = members.boolean("is_active").value_or(true);
  row.settings.waitlist_capacity
    = read_waitlist_capacity(members).value_or(unlimited);
  row.meetings = members.optional_text("meetings", 2'000).value_or("");
  if (!is_meetings(row.meetings))
    members.fault("meetings must be like MoWeFr 10:00-10:50;Tu 14:00-15:20.");
  row.credits = members.optional_text("credits", 20).value_or("");
  if (!row.credits.empty() && !is_decimal(row.credits))
    members.fault("credits must be a decimal in a string, like \"2.5\".");
  return members.result(std::move(result));
}

fallible<student> read_student(std::string_view body) {
  member_reader members{body,
                        {"student_id", "student_number", "first_name",
                         "last_name", "email", "enrollment_status"}};
  student row;
  row.student_id = given_or_random<student_id>(members, "student_id");
  row.student_number
    = members.required("student_number", members.text("student_number", 50));
  row.first_name = members.optional_text("first_name").value_or("");
  row.last_name = members.optional_text("last_name").value_or("");
  row.email = members.optional_text("email").value_or("");
  row.enrollment_status
    = read_status(members).value_or(enrollment_status::active);
  return members.result(std::move(row));
}

fallible<course> read_course(std::string_view body) {
  member_reader members{
    body, {"course_id", "course_code", "course_name", "is_active"}};
  course row;
  row.course_id = given_or_random<course_id>(members, "course_id");
  row.course_code
    = members.required("course_code", members.text("course_code", 50));
  row.course_name
    = members.optional_text("course_name").value_or(row.course_code);
  row.is_active = members.boolean("is_active").value_or(true);
  return members.result(std::move(row));
}

fallible<semester> read_semester(std::string_view body) {
  member_reader members{body,
                        {"semester_id", "semester_name", "start_date",
                         "end_date", "registration_start", "registration_end",
                         "is_active"}};
  semester row;
  row.semester_id = given_or_random<semester_id>(members, "semester_id");
  row.semester_name
    = members.required("semester_name", members.text("semester_name", 50));
  row.start_date = members.date("start_date").value_or("");
  row.end_date = members.date("end_date").value_or("");
  row.registration_start = members.required(
    "registration_start", members.moment("registration_start"));
  row.registration_end
    = members.required("registration_end", members.moment("registration_end"));
  row.is_active = members.boolean("is_active").value_or(true);
  check_window(members, row.registration_start, row.registration_end);
  return members.result(std::move(row));
}

fallible<change_section> read_section_change(std::string_view body) {
  member_reader members{body,
                        {"total_seats", "is_active", "waitlist_capacity"}};
  change_section change;
  change.total_seats = members.number("total_seats", limits::total_seats_max);
  change.is_active = members.boolean("is_active");
  change.waitlist_capacity = read_waitlist_capacity(members);
  members.needs_some();
  return members.result(std::move(change));
}

fallible<change_student> read_student_change(std::string_view body) {
  member_reader members{body,
                        {"student_number", "first_name", "last_name", "email",
                         "enrollment_status"}};
  change_student change;
  change.student_number = members.text("student_number", 50);
  change.first_name = members.optional_text("first_name");
  change.last_name = members.optional_text("last_name");
  change.email = members.optional_text("email");
  change.enrollment_status = read_status(members);
  members.needs_some();
  return members.result(std::move(change));
}

fallible<change_course> read_course_change(std::string_view body) {
  member_reader members{body, {"course_code", "course_name", "is_active"}};
  change_course change;
  change.course_code = members.text("course_code", 50);
  change.course_name = members.optional_text("course_name");
  change.is_active = members.boolean("is_active");
  members.needs_some();
  return members.result(std::move(change));
}

fallible<change_semester> read_semester_change(std::string_view body) {
  member_reader members{body,
                        {"semester_name", "start_date", "end_date",
                         "registration_start", "registration_end",
                         "is_active"}};
  change_semester change;
  change.semester_name = members.text("semester_name", 50);
  change.start_date = members.date("start_date");
  change.end_date = members.date("end_date");
  change.registration_start = members.moment("registration_start");
  change.registration_end = members.moment("registration_end");
  if (change.registration_start && change.registration_end)
    check_window(members, *change.registration_start, *change.registration_end);
  change.is_active = members.boolean("is_active");
  members.needs_some();
  return members.result(std::move(change));
}

} // namespace registrar
