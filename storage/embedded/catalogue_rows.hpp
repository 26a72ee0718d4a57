#pragma once

#include "messages/catalogue.hpp"
#include "storage/embedded/database.hpp"

namespace registrar {

/// How the rows of the catalogue stand in registrar.db. For each kind of row:
/// `select` (without a where clause), its primary key, `upsert`, and reading
/// and binding in the order of those statements.
template <class Row>
struct catalogue_row;

template <>
struct catalogue_row<student> {
  static constexpr auto what = "student";
  static constexpr auto key = "student_id";
  static constexpr auto select
    = "select student_id, student_number, first_name, last_name, email, "
      "enrollment_status, created_at, updated_at, version from students";
  static constexpr auto insert
    = "insert into students (student_id, student_number, first_name, "
      "last_name, email, enrollment_status, created_at, updated_at, version) "
      "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
  static constexpr auto on_conflict
    = " on conflict (student_id) do update set "
      "student_number = excluded.student_number, "
      "first_name = excluded.first_name, last_name = excluded.last_name, "
      "email = excluded.email, "
      "enrollment_status = excluded.enrollment_status, "
      "updated_at = excluded.updated_at, version = students.version + 1";

  static student read(const statement& x);
  static void bind(statement& x, const student& row);
};

template <>
struct catalogue_row<course> {
  static constexpr auto what = "course";
  static constexpr auto key = "course_id";
  static constexpr auto select
    = "select course_id, course_code, course_name, is_active, created_at, "
      "updated_at, version from courses";
  static constexpr auto insert
    = "insert into courses (course_id, course_code, course_name, is_active, "
      "created_at, updated_at, version) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
  static constexpr auto on_conflict
    = " on conflict (course_id) do update set "
      "course_code = excluded.course_code, "
      "course_name = excluded.course_name, is_active = excluded.is_active, "
      "updated_at = excluded.updated_at, version = courses.version + 1";

  static course read(const statement& x);
  static void bind(statement& x, const course& row);
};

template <>
struct catalogue_row<semester> {
  static constexpr auto what = "semester";
  static constexpr auto key = "semester_id";
  static constexpr auto select
    = "select semester_id, semester_name, start_date, end_date, "
      "registration_start, registration_end, is_active, created_at, "
      "updated_at, version from semesters";
  static constexpr auto insert
    = "insert into semesters (semester_id, semester_name, start_date, "
      "end_date, registration_start, registration_end, is_active, "
      "created_at, updated_at, version) "
      "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
  static constexpr auto on_conflict
    = " on conflict (semester_id) do update set "
      "semester_name = excluded.semester_name, "
      "start_date = excluded.start_date, end_date = excluded.end_date, "
      "registration_start = excluded.registration_start, "
      "registration_end = excluded.registration_end, "
      "is_active = excluded.is_active, updated_at = excluded.updated_at, "
      "version = semesters.version + 1";

  static semester read(const statement& x);
  static void bind(statement& x, const semester& row);
};

/// Replacing a section keeps what the ledger owns: seats, counts, settings,
/// version and cursor.
template <>
struct catalogue_row<section> {
  static constexpr auto what = "section";
  static constexpr auto key = "section_id";
  static constexpr auto select
    = "select section_id, course_id, semester_id, section_number, meetings, "
      "credits, total_seats, waitlist_capacity, is_active, frozen, version, "
      "in_ledger, enrolled_count, last_sequence, created_at, updated_at, "
      "(select count(*) from waitlist w where w.section_id = s.section_id) "
      "from sections s";
  static constexpr auto insert
    = "insert into sections (section_id, course_id, semester_id, "
      "section_number, meetings, credits, total_seats, waitlist_capacity, "
      "is_active, frozen, version, created_at, updated_at) "
      "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
  static constexpr auto on_conflict
    = " on conflict (section_id) do update set "
      "course_id = excluded.course_id, semester_id = excluded.semester_id, "
      "section_number = excluded.section_number, "
      "meetings = excluded.meetings, credits = excluded.credits, "
      "updated_at = excluded.updated_at";

  static section read(const statement& x);
  static void bind(statement& x, const section& row);
};

} // namespace registrar
