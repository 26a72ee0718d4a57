#include "storage/postgres/change_rows.hpp"

#include <algorithm>

namespace registrar {

namespace {

using row_state = section_change::row_state;

/// enrolled_count follows the rows by trigger, last_sequence those of new
/// enrolments.
constexpr sql_statement update_headers{"update_headers", R"(
update sections s set total_seats = x.seats, waitlist_capacity = x.waiting,
  is_active = x.active, frozen = x.frozen, version = x.version,
  last_sequence = x.sequence, in_ledger = true, updated_at = from_ms(x.at)
from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::boolean[],
            $5::boolean[], $6::bigint[], $7::bigint[], $8::bigint[])
  as x (section_id, seats, waiting, active, frozen, version, sequence, at)
where s.section_id = x.section_id)"};

constexpr sql_statement update_seats{"update_seats", R"(
update sections s set total_seats = x.seats
from unnest($1::uuid[], $2::bigint[]) as x (section_id, seats)
where s.section_id = x.section_id)"};

constexpr sql_statement delete_waiting{"delete_waiting", R"(
delete from waitlist where waitlist_id = any($1::uuid[]))"};

/// Dropped or failed. A row that is not there yet (joined and left within one
/// batch, or taken out of the line) is made, so that its history is shown; not
/// of a student whom SQL does not know: that may be why it was taken back.
constexpr sql_statement upsert_ended{"upsert_ended", R"(
insert into registrations as r (registration_id, student_id, section_id,
  status, registration_date, dropped_date, sequence, request_id,
  failure_reason, created_at, updated_at)
select x.registration_id, x.student_id, x.section_id, x.status,
  from_ms(x.began), from_ms(x.at), x.sequence, x.request_id, x.reason,
  from_ms(x.began), from_ms(x.at)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[],
            $6::uuid[], $7::text[], $8::bigint[], $9::text[])
  as x (registration_id, student_id, section_id, at, sequence, request_id,
        status, began, reason)
where exists (select from students s where s.student_id = x.student_id)
on conflict (registration_id) do update set status = excluded.status,
  dropped_date = excluded.dropped_date, sequence = excluded.sequence,
  failure_reason = excluded.failure_reason,
  updated_at = excluded.updated_at, version = r.version + 1
where r.section_id = excluded.section_id
  and r.student_id = excluded.student_id)"};

constexpr sql_statement insert_enrolled{"insert_enrolled", R"(
insert into registrations (registration_id, student_id, section_id,
  status, registration_date, sequence, request_id, created_at, updated_at)
select x.registration_id, x.student_id, x.section_id, 'enrolled',
  from_ms(x.at), x.sequence, x.request_id, from_ms(x.at), from_ms(x.at)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[],
            $6::uuid[])
  as x (registration_id, student_id, section_id, at, sequence, request_id))"};

constexpr sql_statement upsert_enrolled{"upsert_enrolled", R"(
insert into registrations as r (registration_id, student_id, section_id,
  status, registration_date, sequence, request_id, created_at, updated_at)
select x.registration_id, x.student_id, x.section_id, 'enrolled',
  from_ms(x.at), x.sequence, x.request_id, from_ms(x.at), from_ms(x.at)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[],
            $6::uuid[])
  as x (registration_id, student_id, section_id, at, sequence, request_id)
on conflict (registration_id) do update set status = 'enrolled',
  registration_date = excluded.registration_date, dropped_date = null,
  failure_reason = null, sequence = excluded.sequence,
  updated_at = excluded.updated_at, version = r.version + 1
where r.section_id = excluded.section_id
  and r.student_id = excluded.student_id)"};

constexpr sql_statement insert_waiting{"insert_waiting", R"(
insert into waitlist (waitlist_id, student_id, section_id, position,
  timestamp, request_id, created_at, updated_at)
select x.waitlist_id, x.student_id, x.section_id, x.ticket, from_ms(x.at),
  x.request_id, from_ms(x.at), from_ms(x.at)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[],
            $6::uuid[])
  as x (waitlist_id, student_id, section_id, at, ticket, request_id))"};

/// The columns that the three kinds of rows share, in the order of their
/// statements.
struct row_columns {
  void add(const journal_entry& entry, std::uint64_t number,
           const request_id& by) {
    registration.add(entry.registration);
    student.add(entry.student);
    section.add(entry.after.section);
    at.add(entry.at);
    sequence.add(number);
    request.add(by);
    ++count;
  }

  sql_values values() const {
    return sql_values{registration, student, section, at, sequence, request};
  }

  sql_array registration, student, section, at, sequence, request;
  std::size_t count = 0;
};

/// Whether SQL's trigger leaves the section's row as it must be, once the rows
/// of new enrolments are there.
bool follows_its_rows(const section_change& change,
                      const known_settings& known) {
  const auto& header = change.header;
  auto found = known.find(header.section);
  return found != known.end() && found->second == header.settings
         && change.seats_max == header.settings.total_seats
         && std::any_of(change.rows.begin(), change.rows.end(),
                        [&](const auto& x) {
                          const auto& [id, row] = x;
                          return row.state == row_state::enrolled
                                 && row.entry.after.sequence == header.sequence;
                        });
}

/// Rows of all sections by what becomes of them.
struct columns {
  columns(std::span<const section_change> changes,
          const known_settings& known) {
    for (const auto& change : changes) {
      if (!follows_its_rows(change, known))
        add_header(change);
      for (const auto& [id, row] : change.rows)
        add_row(id, row);
    }
  }

  void add_header(const section_change& change) {
    const auto& settings = change.header.settings;
    section.add(change.header.section);
    seats_max.add(change.seats_max);
    if (settings.waitlist_capacity == unlimited)
      waiting_max.add_null();
    else
      waiting_max.add(settings.waitlist_capacity);
    active.add(settings.is_active);
    frozen.add(settings.is_frozen);
    version.add(settings.version);
    sequence.add(change.header.sequence);
    at.add(change.at);
    if (change.seats_max == settings.total_seats)
      return;
    cut_section.add(change.header.section);
    cut_seats.add(settings.total_seats);
  }

  void add_row(const registration_id& id, const section_change::row& row) {
    const auto& entry = row.entry;
    if (row.left_line || row.state == row_state::gone)
      left_line.add(id);
    switch (row.state) {
      case row_state::enrolled:
        enrolled.add(entry, entry.after.sequence, row.joined_by);
        break;
      case row_state::waiting:
        waiting.add(entry, entry.ticket, row.joined_by);
        break;
      case row_state::dropped: add_ended(row, "dropped"); break;
      case row_state::failed: add_ended(row, "failed"); break;
      case row_state::gone: break;
    }
  }

  void add_ended(const section_change::row& row, std::string_view status) {
    const auto& entry = row.entry;
    ended.add(entry, entry.after.sequence,
              row.joined_by.is_nil() ? entry.request : row.joined_by);
    ended_status.add(status);
    ended_began.add(row.enrolled_at == timestamp{} ? entry.at
                                                   : row.enrolled_at);
    ended_reason.add_optional(entry.failure_reason);
  }

  sql_array section, seats_max, waiting_max, active, frozen, version, sequence,
    at, cut_section, cut_seats, left_line, ended_status, ended_began,
    ended_reason;
  row_columns ended, enrolled, waiting;
};

/// @param put_enrolled writes the rows of enrolments.
fallible<done> write(connection& db, const columns& x,
                     const sql_statement& put_enrolled) {
  auto run = [&db](const sql_statement& statement, const sql_values& values,
                   std::size_t expected = 0) -> fallible<done> {
    auto ran = db.run(statement, values);
    if (!ran)
      return ran.error();
    if (ran->changed() < expected)
      return failure{ec::conflict, "PostgreSQL: a registration id stands for "
                                   "another student or section."};
    return done{};
  };
  if (!x.section.is_empty()) {
    auto headers
      = run(update_headers,
            sql_values{x.section, x.seats_max, x.waiting_max, x.active,
                       x.frozen, x.version, x.sequence, x.at});
    if (!headers)
      return headers;
  }
  if (!x.left_line.is_empty())
    if (auto left = run(delete_waiting, sql_values{x.left_line}); !left)
      return left;
  if (x.ended.count > 0) {
    auto values = x.ended.values();
    values.add(x.ended_status).add(x.ended_began).add(x.ended_reason);
    if (auto ended = run(upsert_ended, values); !ended)
      return ended;
  }
  if (x.enrolled.count > 0) {
    auto enrolled = run(put_enrolled, x.enrolled.values(), x.enrolled.count);
    if (!enrolled)
      return enrolled;
  }
  if (x.waiting.count > 0)
    if (auto waits = run(insert_waiting, x.waiting.values()); !waits)
      return waits;
  if (x.cut_section.is_empty())
    return done{};
  return run(update_seats, sql_values{x.cut_section, x.cut_seats});
}

} // namespace

fallible<done> write_changes(connection& db,
                             std::span<const section_change> changes) {
  return write(db, columns{changes, {}}, upsert_enrolled);
}

fallible<done> write_new_changes(connection& db,
                                 std::span<const section_change> changes,
                                 const known_settings& known) {
  return write(db, columns{changes, known}, insert_enrolled);
}

} // namespace registrar
