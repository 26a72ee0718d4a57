-- registrar.db: the catalogue, and the projection of the ledger. Ids are
-- lower-case text, times RFC 3339 in UTC.

create table ledger_id (
  one integer primary key check (one = 1),
  ledger_id text not null
) strict;

create table students (
  student_id text primary key not null,
  student_number text not null,
  first_name text not null,
  last_name text not null,
  -- Unique where given: an absent address is null.
  email text,
  enrollment_status text not null check (enrollment_status in
    ('active', 'inactive', 'suspended', 'graduated', 'withdrawn')),
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
) strict;
create unique index students_by_number on students (student_number);
create unique index students_by_email on students (email);

create table courses (
  course_id text primary key not null,
  course_code text not null,
  course_name text not null,
  is_active integer not null default 1,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
) strict;
create unique index courses_by_code on courses (course_code);

create table semesters (
  semester_id text primary key not null,
  semester_name text not null,
  start_date text,
  end_date text,
  registration_start text not null,
  registration_end text not null,
  is_active integer not null default 1,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
) strict;
create unique index semesters_by_name on semesters (semester_name);

create table sections (
  section_id text primary key not null,
  course_id text not null references courses (course_id),
  semester_id text not null references semesters (semester_id),
  section_number text not null,
  total_seats integer not null check (total_seats >= 0),
  enrolled_count integer not null default 0 check (enrolled_count >= 0),
  -- Null: no bound.
  waitlist_capacity integer check (waitlist_capacity >= 0),
  is_active integer not null default 1,
  frozen integer not null default 0,
  meetings text,
  credits text,
  -- How far the ledger's journal has come here.
  last_sequence integer not null default 0,
  in_ledger integer not null default 0,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
) strict;
create unique index sections_by_number
  on sections (semester_id, course_id, section_number);
create index sections_by_course on sections (course_id);

-- Not a check: a capacity that was lowered below the enrolled is legal, only
-- one enrolment more is not.
create trigger sections_refuse_oversell
before update of enrolled_count on sections
when new.enrolled_count > old.enrolled_count
 and new.enrolled_count > new.total_seats
begin
  select raise(abort, 'enrolled_count may not rise above total_seats');
end;

create table registrations (
  registration_id text primary key not null,
  student_id text not null references students (student_id),
  section_id text not null references sections (section_id),
  status text not null check (status in ('enrolled', 'dropped', 'failed')),
  registration_date text not null,
  dropped_date text,
  sequence integer not null,
  request_id text not null,
  failure_reason text,
  created_at text not null,
  updated_at text not null,
  version integer not null default 1
) strict;
-- A student lives once in a section; also how a section's roster is found.
create unique index registrations_live
  on registrations (section_id, student_id) where status = 'enrolled';
create index registrations_failed
  on registrations (student_id) where status = 'failed';

-- The count follows the rows, so that the rule against an oversell sees each
-- enrolment when it is written.
create trigger registrations_count_new after insert on registrations
when new.status = 'enrolled'
begin
  update sections set enrolled_count = enrolled_count + 1
  where section_id = new.section_id;
end;
create trigger registrations_count_changed
after update of status on registrations
when old.status <> new.status
 and (old.status = 'enrolled' or new.status = 'enrolled')
begin
  update sections
  set enrolled_count = enrolled_count
    + (new.status = 'enrolled') - (old.status = 'enrolled')
  where section_id = new.section_id;
end;

-- A row exists while the student waits.
create table waitlist (
  waitlist_id text primary key not null,
  student_id text not null references students (student_id),
  section_id text not null references sections (section_id),
  -- A ticket that only rises; the rank is counted.
  position integer not null,
  timestamp text not null,
  expires_at text,
  request_id text not null,
  created_at text not null,
  updated_at text not null
) strict;
create unique index waitlist_live on waitlist (section_id, student_id);

create table partitions (
  partition_number integer primary key check (partition_number between 0 and 63),
  epoch_number integer not null default 0,
  epoch_token integer not null default 0,
  updated_at text not null
) strict;

create table dead_letters (
  dead_letter_id text primary key not null,
  section_id text not null,
  student_id text,
  registration_id text,
  sequence integer not null,
  entry text not null,
  reason text not null,
  created_at text not null
) strict;
create unique index dead_letters_by_entry
  on dead_letters (section_id, sequence);

create table notifications (
  registration_id text not null,
  kind text not null,
  sequence integer not null,
  student_id text not null,
  section_id text not null,
  text text not null,
  created_at text not null,
  primary key (registration_id, kind, sequence)
) strict, without rowid;
create index notifications_by_student
  on notifications (student_id, created_at);

create table audit_log (
  audit_id integer primary key,
  actor text not null,
  action text not null,
  subject text not null,
  detail text,
  created_at text not null
) strict;
