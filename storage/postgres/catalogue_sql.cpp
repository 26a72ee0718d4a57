#include "storage/postgres/catalogue_rows.hpp"

namespace registrar {

// -- students -----------------------------------------------------------------

const char* const catalogue_row<student>::select = R"(
select student_id, student_number, first_name, last_name, email,
  enrollment_status, to_ms(created_at), to_ms(updated_at), version
from students
)";

const char* const catalogue_row<student>::insert = R"(
insert into students as t (
    student_id, student_number, first_name, last_name, email,
    enrollment_status, created_at, updated_at, version)
select
  x.student_id, x.student_number, x.first_name, x.last_name, x.email,
  x.enrollment_status, from_ms(x.created_at), from_ms(x.updated_at),
  x.version
from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::bigint[], $8::bigint[], $9::bigint[])
  as x (
    student_id, student_number, first_name, last_name, email,
    enrollment_status, created_at, updated_at, version)
)";

const char* const catalogue_row<student>::on_conflict = R"(
on conflict (student_id) do update set
  student_number = excluded.student_number, first_name = excluded.first_name,
  last_name = excluded.last_name, email = excluded.email,
  enrollment_status = excluded.enrollment_status,
  updated_at = excluded.updated_at, version = t.version + 1
)";

// -- courses ------------------------------------------------------------------

const char* const catalogue_row<course>::select = R"(
select course_id, course_code, course_name, is_active, to_ms(created_at),
  to_ms(updated_at), version
from courses
)";

const char* const catalogue_row<course>::insert = R"(
insert into courses as t (
    course_id, course_code, course_name, is_active, created_at, updated_at,
    version)
select
  x.course_id, x.course_code, x.course_name, x.is_active,
  from_ms(x.created_at), from_ms(x.updated_at), x.version
from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::bigint[],
    $6::bigint[], $7::bigint[])
  as x (
    course_id, course_code, course_name, is_active, created_at, updated_at,
    version)
)";

const char* const catalogue_row<course>::on_conflict = R"(
on conflict (course_id) do update set
  course_code = excluded.course_code, course_name = excluded.course_name,
  is_active = excluded.is_active, updated_at = excluded.updated_at,
  version = t.version + 1
)";

// -- semesters ----------------------------------------------------------------

const char* const catalogue_row<semester>::select = R"(
select semester_id, semester_name, to_char(start_date, 'YYYY-MM-DD'),
  to_char(end_date, 'YYYY-MM-DD'), to_ms(registration_start),
  to_ms(registration_end), is_active, to_ms(created_at), to_ms(updated_at),
  version
from semesters
)";

const char* const catalogue_row<semester>::insert = R"(
insert into semesters as t (
    semester_id, semester_name, start_date, end_date, registration_start,
    registration_end, is_active, created_at, updated_at, version)
select
  x.semester_id, x.semester_name, x.start_date::date, x.end_date::date,
  from_ms(x.registration_start), from_ms(x.registration_end), x.is_active,
  from_ms(x.created_at), from_ms(x.updated_at), x.version
from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[],
    $6::bigint[], $7::boolean[], $8::bigint[], $9::bigint[], $10::bigint[])
  as x (
    semester_id, semester_name, start_date, end_date, registration_start,
    registration_end, is_active, created_at, updated_at, version)
)";

const char* const catalogue_row<semester>::on_conflict = R"(
on conflict (semester_id) do update set
  semester_name = excluded.semester_name, start_date = excluded.start_date,
  end_date = excluded.end_date,
  registration_start = excluded.registration_start,
  registration_end = excluded.registration_end,
  is_active = excluded.is_active, updated_at = excluded.updated_at,
  version = t.version + 1
)";

// -- sections -----------------------------------------------------------------

const char* const catalogue_row<section>::select = R"(
select section_id, course_id, semester_id, section_number, meetings, credits,
  total_seats, waitlist_capacity, is_active, frozen, version, in_ledger,
  enrolled_count, last_sequence, to_ms(created_at), to_ms(updated_at),
  (select count(*) from waitlist w where w.section_id = s.section_id)
from sections s
)";

const char* const catalogue_row<section>::insert = R"(
insert into sections as t (
    section_id, course_id, semester_id, section_number, meetings, credits,
    total_seats, waitlist_capacity, is_active, frozen, version, created_at,
    updated_at)
select
  x.section_id, x.course_id, x.semester_id, x.section_number, x.meetings,
  x.credits, x.total_seats, x.waitlist_capacity, x.is_active, x.frozen,
  x.version, from_ms(x.created_at), from_ms(x.updated_at)
from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],
    $7::bigint[], $8::bigint[], $9::boolean[], $10::boolean[], $11::bigint[],
    $12::bigint[], $13::bigint[])
  as x (
    section_id, course_id, semester_id, section_number, meetings, credits,
    total_seats, waitlist_capacity, is_active, frozen, version, created_at,
    updated_at)
)";

const char* const catalogue_row<section>::on_conflict = R"(
on conflict (section_id) do update set
  course_id = excluded.course_id, semester_id = excluded.semester_id,
  section_number = excluded.section_number, meetings = excluded.meetings,
  credits = excluded.credits, updated_at = excluded.updated_at
)";

} // namespace registrar
