#include "storage/postgres/catalogue_rows.hpp"

namespace registrar {

namespace {

std::string text_of(const sql_rows& rows, std::size_t i, std::size_t column) {
  return std::string{rows.text(i, column)};
}

template <class Number>
Number number_of(const sql_rows& rows, std::size_t i, std::size_t column) {
  return static_cast<Number>(rows.number(i, column));
}

} // namespace

student catalogue_row<student>::read(const sql_rows& x, std::size_t i) {
  student row;
  row.student_id = x.id<student_id>(i, 0);
  row.student_number = text_of(x, i, 1);
  row.first_name = text_of(x, i, 2);
  row.last_name = text_of(x, i, 3);
  row.email = text_of(x, i, 4);
  row.enrollment_status = parse_enrollment_status(x.text(i, 5))
                            .value_or(enrollment_status::inactive);
  row.created_at = x.time(i, 6);
  row.updated_at = x.time(i, 7);
  row.version = number_of<std::uint64_t>(x, i, 8);
  return row;
}

sql_values catalogue_row<student>::values(std::span<const student> rows) {
  sql_array ids, numbers, firsts, lasts, emails, statuses, created, updated,
    versions;
  for (const auto& row : rows) {
    ids.add(row.student_id);
    numbers.add(std::string_view{row.student_number});
    firsts.add(std::string_view{row.first_name});
    lasts.add(std::string_view{row.last_name});
    emails.add_optional(std::string_view{row.email});
    statuses.add(to_string(row.enrollment_status));
    created.add(row.created_at);
    updated.add(row.updated_at);
    versions.add(row.version);
  }
  return sql_values{ids,      numbers, firsts,  lasts,   emails,
                    statuses, created, updated, versions};
}

course catalogue_row<course>::read(const sql_rows& x, std::size_t i) {
  course row;
  row.course_id = x.id<course_id>(i, 0);
  row.course_code = text_of(x, i, 1);
  row.course_name = text_of(x, i, 2);
  row.is_active = x.flag(i, 3);
  row.created_at = x.time(i, 4);
  row.updated_at = x.time(i, 5);
  row.version = number_of<std::uint64_t>(x, i, 6);
  return row;
}

sql_values catalogue_row<course>::values(std::span<const course> rows) {
  sql_array ids, codes, names, active, created, updated, versions;
  for (const auto& row : rows) {
    ids.add(row.course_id);
    codes.add(std::string_view{row.course_code});
    names.add(std::string_view{row.course_name});
    active.add(row.is_active);
    created.add(row.created_at);
    updated.add(row.updated_at);
    versions.add(row.version);
  }
  return sql_values{ids, codes, names, active, created, updated, versions};
}

semester catalogue_row<semester>::read(const sql_rows& x, std::size_t i) {
  semester row;
  row.semester_id = x.id<semester_id>(i, 0);
  row.semester_name = text_of(x, i, 1);
  row.start_date = text_of(x, i, 2);
  row.end_date = text_of(x, i, 3);
  row.registration_start = x.time(i, 4);
  row.registration_end = x.time(i, 5);
  row.is_active = x.flag(i, 6);
  row.created_at = x.time(i, 7);
  row.updated_at = x.time(i, 8);
  row.version = number_of<std::uint64_t>(x, i, 9);
  return row;
}

sql_values catalogue_row<semester>::values(std::span<const semester> rows) {
  sql_array ids, names, starts, ends, opens, closes, active, created, updated,
    versions;
  for (const auto& row : rows) {
    ids.add(row.semester_id);
    names.add(std::string_view{row.semester_name});
    starts.add_optional(std::string_view{row.start_date});
    ends.add_optional(std::string_view{row.end_date});
    opens.add(row.registration_start);
    closes.add(row.registration_end);
    active.add(row.is_active);
    created.add(row.created_at);
    updated.add(row.updated_at);
    versions.add(row.version);
  }
  return sql_values{ids,    names,  starts,  ends,    opens,
                    closes, active, created, updated, versions};
}

section catalogue_row<section>::read(const sql_rows& x, std::size_t i) {
  section row;
  row.section_id = x.id<section_id>(i, 0);
  row.course_id = x.id<course_id>(i, 1);
  row.semester_id = x.id<semester_id>(i, 2);
  row.section_number = text_of(x, i, 3);
  row.meetings = text_of(x, i, 4);
  row.credits = text_of(x, i, 5);
  row.settings.total_seats = number_of<std::uint32_t>(x, i, 6);
  row.settings.waitlist_capacity
    = x.is_null(i, 7) ? unlimited : number_of<std::uint32_t>(x, i, 7);
  row.settings.is_active = x.flag(i, 8);
  row.settings.is_frozen = x.flag(i, 9);
  row.settings.version = number_of<std::uint64_t>(x, i, 10);
  row.in_ledger = x.flag(i, 11);
  row.enrolled_count = number_of<std::uint32_t>(x, i, 12);
  row.last_sequence = number_of<std::uint64_t>(x, i, 13);
  row.created_at = x.time(i, 14);
  row.updated_at = x.time(i, 15);
  row.waitlisted_count = number_of<std::uint32_t>(x, i, 16);
  return row;
}

sql_values catalogue_row<section>::values(std::span<const section> rows) {
  sql_array ids, courses, semesters, numbers, meetings, credits, seats, waiting,
    active, frozen, versions, created, updated;
  for (const auto& row : rows) {
    ids.add(row.section_id);
    courses.add(row.course_id);
    semesters.add(row.semester_id);
    numbers.add(std::string_view{row.section_number});
    meetings.add_optional(std::string_view{row.meetings});
    credits.add_optional(std::string_view{row.credits});
    seats.add(row.settings.total_seats);
    if (row.settings.waitlist_capacity == unlimited)
      waiting.add_null();
    else
      waiting.add(row.settings.waitlist_capacity);
    active.add(row.settings.is_active);
    frozen.add(row.settings.is_frozen);
    versions.add(row.settings.version);
    created.add(row.created_at);
    updated.add(row.updated_at);
  }
  return sql_values{ids,      courses, semesters, numbers, meetings,
                    credits,  seats,   waiting,   active,  frozen,
                    versions, created, updated};
}

} // namespace registrar
