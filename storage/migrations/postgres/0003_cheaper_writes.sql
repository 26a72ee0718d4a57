-- The same refusals for less work a row.

-- A batch changes a section's row once: the count and, where the batch ends
-- with an enrolment, the cursor. Of rows that are new only: who changes a row
-- moves the cursor by hand.
create or replace function count_new_registrations() returns trigger
language plpgsql as $$
begin
  update sections s set enrolled_count = s.enrolled_count + x.added,
    last_sequence = greatest(s.last_sequence, x.last), updated_at = x.at
  from (select section_id, count(*) as added, max(sequence) as last,
          max(updated_at) as at
        from new_rows where status = 'enrolled' group by section_id) x
  where s.section_id = x.section_id;
  return null;
end $$;

-- Room for a change by each of ten writers until the space of the changes
-- before can be used again. Of pages to come: those of now stay as they are.
alter table sections set (fillfactor = 50);

-- A foreign key asks for each row, and writes a lock into the row asked for.
-- In its place: new rows are judged together at the end of their statement,
-- and whoever takes a student or section away waits until no writer is left.
alter table registrations drop constraint registrations_student_id_fkey,
  drop constraint registrations_section_id_fkey;
alter table waitlist drop constraint waitlist_student_id_fkey,
  drop constraint waitlist_section_id_fkey;

-- Later levels do not show what others have committed meanwhile.
create function expect_read_committed() returns void language plpgsql as $$
begin
  if current_setting('transaction_isolation')
       not in ('read committed', 'read uncommitted') then
    raise exception 'registrations and who they are of are written under '
      'read committed' using errcode = 'feature_not_supported';
  end if;
end $$;

create function refuse_unknown() returns trigger language plpgsql as $$
begin
  perform expect_read_committed();
  if exists (select from (select distinct student_id from new_rows) n
             where not exists (select from students s
                               where s.student_id = n.student_id)) then
    raise exception 'a row of % is of a student who is not there',
      tg_table_name using errcode = 'foreign_key_violation',
        constraint = tg_table_name || '_known_student', table = tg_table_name;
  end if;
  if exists (select from (select distinct section_id from new_rows) n
             where not exists (select from sections s
                               where s.section_id = n.section_id)) then
    raise exception 'a row of % is of a section that is not there',
      tg_table_name using errcode = 'foreign_key_violation',
        constraint = tg_table_name || '_known_section', table = tg_table_name;
  end if;
  return null;
end $$;
create trigger registrations_known after insert on registrations
referencing new table as new_rows
for each statement execute function refuse_unknown();
create trigger waitlist_known after insert on waitlist
referencing new table as new_rows
for each statement execute function refuse_unknown();

-- The program moves no row to another student or section.
create function refuse_moved() returns trigger language plpgsql as $$
begin
  raise exception 'a row of % stays with its student and section',
    tg_table_name using errcode = 'foreign_key_violation',
      constraint = tg_table_name || '_stays', table = tg_table_name;
end $$;
create trigger registrations_stays
before update of student_id, section_id on registrations for each row
when (new.student_id <> old.student_id or new.section_id <> old.section_id)
execute function refuse_moved();
create trigger waitlist_stays
before update of student_id, section_id on waitlist for each row
when (new.student_id <> old.student_id or new.section_id <> old.section_id)
execute function refuse_moved();

-- Deleted, or called by another id: `old` is what is gone.
create function refuse_orphans() returns trigger language plpgsql as $$
declare
  is_needed boolean;
begin
  perform expect_read_committed();
  lock table registrations, waitlist in share mode;
  if tg_table_name = 'students' then
    is_needed :=
      exists (select from registrations r where r.student_id = old.student_id)
      or exists (select from waitlist w where w.student_id = old.student_id);
  else
    is_needed :=
      exists (select from registrations r where r.section_id = old.section_id)
      or exists (select from waitlist w where w.section_id = old.section_id);
  end if;
  if is_needed then
    raise exception 'a row of % is needed by registrations', tg_table_name
      using errcode = 'foreign_key_violation',
        constraint = tg_table_name || '_needed', table = tg_table_name;
  end if;
  return null;
end $$;
create trigger students_needed after delete or update of student_id on students
for each row execute function refuse_orphans();
create trigger sections_needed after delete or update of section_id on sections
for each row execute function refuse_orphans();

create function refuse_to_empty() returns trigger language plpgsql as $$
begin
  lock table registrations, waitlist in share mode;
  if exists (select from registrations) or exists (select from waitlist) then
    raise exception 'the rows of % are needed by registrations', tg_table_name
      using errcode = 'foreign_key_violation', table = tg_table_name;
  end if;
  return null;
end $$;
create trigger students_not_emptied before truncate on students
for each statement execute function refuse_to_empty();
create trigger sections_not_emptied before truncate on sections
for each statement execute function refuse_to_empty();
