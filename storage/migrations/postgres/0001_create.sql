-- PostgreSQL: the catalogue, and the projection of the ledger (API 4).

-- Programs pass and read moments as milliseconds since 1970.
create function from_ms(bigint) returns timestamptz language sql stable as
  $$ select timestamptz 'epoch' + $1 * interval '1 millisecond' $$;
create function to_ms(timestamptz) returns bigint language sql stable as
  $$ select (extract(epoch from $1) * 1000)::bigint $$;

create table ledger_id (
  one integer primary key check (one = 1),
  ledger_id uuid not null
);

create table students (
  student_id uuid primary key,
  student_number text not null,
  first_name text not null,
  last_name text not null,
  -- Unique where given: an absent address is null.
  email text,
  enrollment_status text not null check (enrollment_status in
    ('active', 'inactive', 'suspended', 'graduated', 'withdrawn')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);
create unique index students_by_number on students (student_number);
create unique index students_by_email on students (email);

create table courses (
  course_id uuid primary key,
  course_code text not null,
  course_name text not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);
create unique index courses_by_code on courses (course_code);

create table semesters (
  semester_id uuid primary key,
  semester_name text not null,
  start_date date,
  end_date date,
  registration_start timestamptz not null,
  registration_end timestamptz not null,
  is_active boolean not null default true,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);
create unique index semesters_by_name on semesters (semester_name);

-- Every batch changes its sections' counts: room on the page keeps such a
-- change off the indexes.
create table sections (
  section_id uuid primary key,
  course_id uuid not null references courses (course_id),
  semester_id uuid not null references semesters (semester_id),
  section_number text not null,
  total_seats bigint not null check (total_seats >= 0),
  enrolled_count bigint not null default 0 check (enrolled_count >= 0),
  -- Null: no bound.
  waitlist_capacity bigint check (waitlist_capacity >= 0),
  is_active boolean not null default true,
  frozen boolean not null default false,
  meetings text,
  -- Decimal text, as it was given.
  credits text,
  -- How far the ledger's journal has come here.
  last_sequence bigint not null default 0,
  in_ledger boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
) with (fillfactor = 70);
create unique index sections_by_number
  on sections (semester_id, course_id, section_number);
create index sections_by_course on sections (course_id);

-- Not a check: a capacity that was lowered below the enrolled is legal, only
-- one enrolment more is not.
create function refuse_oversell() returns trigger language plpgsql as $$
begin
  raise exception 'enrolled_count of section % may not rise to % above '
    'total_seats %', new.section_id, new.enrolled_count, new.total_seats
    using errcode = 'check_violation', constraint = 'sections_refuse_oversell',
      table = 'sections';
end $$;
create trigger sections_refuse_oversell
before update of enrolled_count on sections for each row
when (new.enrolled_count > old.enrolled_count
      and new.enrolled_count > new.total_seats)
execute function refuse_oversell();

create table registrations (
  registration_id uuid primary key,
  student_id uuid not null references students (student_id),
  section_id uuid not null references sections (section_id),
  status text not null check (status in ('enrolled', 'dropped', 'failed')),
  registration_date timestamptz not null,
  dropped_date timestamptz,
  sequence bigint not null,
  request_id uuid not null,
  failure_reason text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 1
);
-- A student lives once in a section; also how a section's roster is found.
create unique index registrations_live
  on registrations (section_id, student_id) where status = 'enrolled';
create index registrations_failed
  on registrations (student_id) where status = 'failed';

-- A row exists while the student waits.
create table waitlist (
  waitlist_id uuid primary key,
  student_id uuid not null references students (student_id),
  section_id uuid not null references sections (section_id),
  -- A ticket that only rises; the rank is counted.
  position bigint not null,
  timestamp timestamptz not null,
  expires_at timestamptz,
  request_id uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index waitlist_live on waitlist (section_id, student_id);

-- The count follows the rows at the end of every statement that changes them,
-- so that the rule against an oversell sees each enrolment before the commit,
-- and a batch changes a section's row once, not once a student.
create function count_new_registrations() returns trigger language plpgsql
as $$
begin
  update sections s set enrolled_count = s.enrolled_count + x.added
  from (select section_id, count(*) as added from new_rows
        where status = 'enrolled' group by section_id) x
  where s.section_id = x.section_id;
  return null;
end $$;
create trigger registrations_count_new after insert on registrations
referencing new table as new_rows
for each statement execute function count_new_registrations();

create function count_changed_registrations() returns trigger language plpgsql
as $$
begin
  update sections s set enrolled_count = s.enrolled_count + x.added
  from (select section_id, sum(added) as added
        from (select section_id, 1 as added from new_rows
              where status = 'enrolled'
              union all
              select section_id, -1 from old_rows
              where status = 'enrolled') each
        group by section_id having sum(added) <> 0) x
  where s.section_id = x.section_id;
  return null;
end $$;
create trigger registrations_count_changed after update on registrations
referencing old table as old_rows new table as new_rows
for each statement execute function count_changed_registrations();

create function count_deleted_registrations() returns trigger language plpgsql
as $$
begin
  update sections s set enrolled_count = s.enrolled_count - x.gone
  from (select section_id, count(*) as gone from old_rows
        where status = 'enrolled' group by section_id) x
  where s.section_id = x.section_id;
  return null;
end $$;
create trigger registrations_count_deleted after delete on registrations
referencing old table as old_rows
for each statement execute function count_deleted_registrations();

-- A student who is enrolled does not wait: the two tables together have one
-- live row of a student and section.
create function refuse_enrolled_waiting() returns trigger language plpgsql
as $$
begin
  if exists (select from new_rows n join waitlist w
               on w.section_id = n.section_id and w.student_id = n.student_id
             where n.status = 'enrolled') then
    raise exception 'a student who waits may not be enrolled as well'
      using errcode = 'unique_violation', constraint = 'one_live_state',
        table = 'registrations';
  end if;
  return null;
end $$;
create trigger registrations_one_live_state_new after insert on registrations
referencing new table as new_rows
for each statement execute function refuse_enrolled_waiting();
create trigger registrations_one_live_state_changed
after update on registrations
referencing new table as new_rows
for each statement execute function refuse_enrolled_waiting();

create function refuse_waiting_enrolled() returns trigger language plpgsql
as $$
begin
  if exists (select from new_rows n join registrations r
               on r.section_id = n.section_id and r.student_id = n.student_id
             where r.status = 'enrolled') then
    raise exception 'a student who is enrolled may not wait as well'
      using errcode = 'unique_violation', constraint = 'one_live_state',
        table = 'waitlist';
  end if;
  return null;
end $$;
create trigger waitlist_one_live_state after insert on waitlist
referencing new table as new_rows
for each statement execute function refuse_waiting_enrolled();

-- Who may write a partition's sections: another epoch is refused.
create table partitions (
  partition_number integer primary key
    check (partition_number between 0 and 63),
  epoch_number bigint not null default 0,
  -- 64 bits, compared for equality only.
  epoch_token bigint not null default 0,
  updated_at timestamptz not null
);

create table dead_letters (
  dead_letter_id uuid primary key,
  section_id uuid not null,
  student_id uuid,
  registration_id uuid,
  sequence bigint not null,
  kind text not null,
  entry text not null,
  sqlstate text not null,
  reason text not null,
  created_at timestamptz not null
);
create unique index dead_letters_by_entry
  on dead_letters (section_id, sequence);

create table notifications (
  registration_id uuid not null,
  kind text not null,
  sequence bigint not null,
  student_id uuid not null,
  section_id uuid not null,
  text text not null,
  created_at timestamptz not null,
  primary key (registration_id, kind, sequence)
);
create index notifications_by_student
  on notifications (student_id, created_at);

create table audit_log (
  audit_id bigint generated always as identity primary key,
  actor text not null,
  action text not null,
  subject text not null,
  detail text,
  created_at timestamptz not null
);
