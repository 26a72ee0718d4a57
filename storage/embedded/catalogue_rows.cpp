#include "storage/embedded/catalogue_rows.hpp"

namespace registrar {

namespace {

std::string text_of(const statement& x, int column) {
  return std::string{x.text(column)};
}

template <class Number>
Number number_of(const statement& x, int column) {
  return static_cast<Number>(x.number(column));
}

} // namespace

student catalogue_row<student>::read(const statement& x) {
  student row;
  row.student_id = x.id<student_id>(0);
  row.student_number = text_of(x, 1);
  row.first_name = text_of(x, 2);
  row.last_name = text_of(x, 3);
  row.email = text_of(x, 4);
  row.enrollment_status
    = parse_enrollment_status(x.text(5)).value_or(enrollment_status::inactive);
  row.created_at = x.time(6);
  row.updated_at = x.time(7);
  row.version = number_of<std::uint64_t>(x, 8);
  return row;
}

void catalogue_row<student>::bind(statement& x, const student& row) {
  x.bind(1, row.student_id)
    .bind(2, std::string_view{row.student_number})
    .bind(3, std::string_view{row.first_name})
    .bind(4, std::string_view{row.last_name})
    .bind_optional(5, row.email)
    .bind(6, to_string(row.enrollment_status))
    .bind(7, row.created_at)
    .bind(8, row.updated_at)
    .bind(9, row.version);
}

course catalogue_row<course>::read(const statement& x) {
  course row;
  row.course_id = x.id<course_id>(0);
  row.course_code = text_of(x, 1);
  row.course_name = text_of(x, 2);
  row.is_active = x.number(3) != 0;
  row.created_at = x.time(4);
  row.updated_at = x.time(5);
  row.version = number_of<std::uint64_t>(x, 6);
  return row;
}

void catalogue_row<course>::bind(statement& x, const course& row) {
  x.bind(1, row.course_id)
    .bind(2, std::string_view{row.course_code})
    .bind(3, std::string_view{row.course_name})
    .bind(4, row.is_active)
    .bind(5, row.created_at)
    .bind(6, row.updated_at)
    .bind(7, row.version);
}

semester catalogue_row<semester>::read(const statement& x) {
  semester row;
  row.semester_id = x.id<semester_id>(0);
  row.semester_name = text_of(x, 1);
  row.start_date = text_of(x, 2);
  row.end_date = text_of(x, 3);
  row.registration_start = x.time(4);
  row.registration_end = x.time(5);
  row.is_active = x.number(6) != 0;
  row.created_at = x.time(7);
  row.updated_at = x.time(8);
  row.version = number_of<std::uint64_t>(x, 9);
  return row;
}

void catalogue_row<semester>::bind(statement& x, const semester& row) {
  x.bind(1, row.semester_id)
    .bind(2, std::string_view{row.semester_name})
    .bind_optional(3, row.start_date)
    .bind_optional(4, row.end_date)
    .bind(5, row.registration_start)
    .bind(6, row.registration_end)
    .bind(7, row.is_active)
    .bind(8, row.created_at)
    .bind(9, row.updated_at)
    .bind(10, row.version);
}

section catalogue_row<section>::read(const statement& x) {
  section row;
  row.section_id = x.id<section_id>(0);
  row.course_id = x.id<course_id>(1);
  row.semester_id = x.id<semester_id>(2);
  row.section_number = text_of(x, 3);
  row.meetings = text_of(x, 4);
  row.credits = text_of(x, 5);
  row.settings.total_seats = number_of<std::uint32_t>(x, 6);
  row.settings.waitlist_capacity
    = x.is_null(7) ? unlimited : number_of<std::uint32_t>(x, 7);
  row.settings.is_active = x.number(8) != 0;
  row.settings.is_frozen = x.number(9) != 0;
  row.settings.version = number_of<std::uint64_t>(x, 10);
  row.in_ledger = x.number(11) != 0;
  row.enrolled_count = number_of<std::uint32_t>(x, 12);
  row.last_sequence = number_of<std::uint64_t>(x, 13);
  row.created_at = x.time(14);
  row.updated_at = x.time(15);
  row.waitlisted_count = number_of<std::uint32_t>(x, 16);
  return row;
}

void catalogue_row<section>::bind(statement& x, const section& row) {
  x.bind(1, row.section_id)
    .bind(2, row.course_id)
    .bind(3, row.semester_id)
    .bind(4, std::string_view{row.section_number})
    .bind_optional(5, row.meetings)
    .bind_optional(6, row.credits)
    .bind(7, row.settings.total_seats);
  if (row.settings.waitlist_capacity == unlimited)
    x.bind_null(8);
  else
    x.bind(8, row.settings.waitlist_capacity);
  x.bind(9, row.settings.is_active)
    .bind(10, row.settings.is_frozen)
    .bind(11, row.settings.version)
    .bind(12, row.created_at)
    .bind(13, row.updated_at);
}

} // namespace registrar
