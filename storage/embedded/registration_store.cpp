#include "storage/embedded/registration_store.hpp"
#include "storage/embedded/migrator.hpp"
#include "storage/embedded/unknown_section.hpp"

namespace registrar {

namespace {

using row_state = section_change::row_state;

constexpr auto select_cursor
  = "select last_sequence from sections where section_id = ?1";

/// Settings, cursor and the highest capacity of the batch: first and last of a
/// section's statements. enrolled_count follows the rows by trigger.
constexpr auto update_header
  = "update sections set total_seats = ?2, waitlist_capacity = ?3, "
    "is_active = ?4, frozen = ?5, version = ?6, last_sequence = ?7, "
    "in_ledger = 1, updated_at = ?8 where section_id = ?1";

constexpr auto upsert_enrolled
  = "insert into registrations (registration_id, student_id, section_id, "
    "status, registration_date, sequence, request_id, created_at, updated_at) "
    "values (?1, ?2, ?3, 'enrolled', ?4, ?5, ?6, ?4, ?4) "
    "on conflict (registration_id) do update set status = 'enrolled', "
    "registration_date = excluded.registration_date, "
    "sequence = excluded.sequence, updated_at = excluded.updated_at, "
    "version = registrations.version + 1";

/// Dropped or failed. A row that is not there yet (joined and left within one
/// batch, or taken out of the line) is made, so that its history is shown; not
/// of a student whom SQL does not know: that may be why it was taken back.
constexpr auto upsert_ended
  = "insert into registrations (registration_id, student_id, section_id, "
    "status, registration_date, dropped_date, sequence, request_id, "
    "failure_reason, created_at, updated_at) "
    "select ?1, ?2, ?3, ?4, ?9, ?5, ?6, ?7, ?8, ?9, ?5 "
    "where exists (select 1 from students where student_id = ?2) "
    "on conflict (registration_id) do update set status = excluded.status, "
    "dropped_date = excluded.dropped_date, sequence = excluded.sequence, "
    "failure_reason = excluded.failure_reason, "
    "updated_at = excluded.updated_at, version = registrations.version + 1";

constexpr auto delete_waiting = "delete from waitlist where waitlist_id = ?1";

constexpr auto insert_waiting
  = "insert into waitlist (waitlist_id, student_id, section_id, position, "
    "timestamp, request_id, created_at, updated_at) "
    "values (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?5)";

constexpr auto insert_notice
  = "insert or ignore into notifications (registration_id, kind, sequence, "
    "student_id, section_id, text, created_at) "
    "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Runs a statement that must succeed.
fallible<done> run(statement& x) {
  auto changed = x.run();
  if (!changed)
    return changed.error();
  return done{};
}

} // namespace

fallible<std::unique_ptr<registration_store>>
embedded_registration_store::open(const std::filesystem::path& file,
                                  database::mode how) {
  auto db = database::open(file, how);
  if (!db)
    return db.error();
  if (how != database::mode::write)
    if (auto ready = expect_migrated(*db, registrar_migrations()); !ready)
      return ready.error();
  std::unique_ptr<embedded_registration_store> store{
    new embedded_registration_store{std::move(*db)}};
  if (auto prepared = store->prepare(); !prepared)
    return prepared.error();
  return std::unique_ptr<registration_store>{std::move(store)};
}

fallible<done> embedded_registration_store::prepare() {
  const std::pair<statement*, const char*> all[] = {
    {&cursor_, select_cursor},  {&header_, update_header},
    {&enrol_, upsert_enrolled}, {&end_, upsert_ended},
    {&unwait_, delete_waiting}, {&wait_, insert_waiting},
    {&notice_, insert_notice},
  };
  for (auto [target, sql] : all) {
    auto prepared = db_.prepare(sql);
    if (!prepared)
      return prepared.error();
    *target = std::move(*prepared);
  }
  return done{};
}

// -- carrying entries ---------------------------------------------------------

fallible<std::uint64_t>
embedded_registration_store::cursor_of(const section_id& section) {
  auto found = cursor_.bind(1, section).step();
  if (!found)
    return found.error();
  if (!*found)
    return unknown_section(section);
  auto sequence = static_cast<std::uint64_t>(cursor_.number(0));
  cursor_.reset();
  return sequence;
}

fallible<done> embedded_registration_store::set_cursors(section_parts& parts) {
  for (auto& [section, part] : parts) {
    auto cursor = cursor_of(section);
    if (!cursor)
      return cursor.error();
    part.cursor = *cursor;
  }
  return done{};
}

fallible<registration_store::applied>
embedded_registration_store::apply(std::span<const journal_entry> entries) {
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun.error();
  auto parts = sections_of(entries);
  if (auto set = set_cursors(parts); !set)
    return set.error();
  take(parts, entries);
  applied result;
  for (const auto& [section, part] : parts) {
    if (!part.taken.empty())
      if (auto written = write(change_of(part.taken)); !written)
        return written.error();
    result.cursors.push_back({section, part.cursor});
    if (part.has_gap)
      result.gaps.push_back({section, part.cursor});
  }
  if (auto committed = whole.commit(); !committed)
    return committed.error();
  return result;
}

fallible<done>
embedded_registration_store::write(const section_change& change) {
  auto first = write_header(change.header, change.seats_max, change.at);
  if (!first)
    return first;
  if (auto ended = write_ended(change); !ended)
    return ended;
  if (auto live = write_live(change); !live)
    return live;
  if (change.seats_max == change.header.settings.total_seats)
    return done{};
  return write_header(change.header, change.header.settings.total_seats,
                      change.at);
}

fallible<done>
embedded_registration_store::write_header(const section_header& header,
                                          std::uint32_t seats, timestamp at) {
  const auto& settings = header.settings;
  header_.bind(1, header.section)
    .bind(2, seats)
    .bind(4, settings.is_active)
    .bind(5, settings.is_frozen)
    .bind(6, settings.version)
    .bind(7, header.sequence)
    .bind(8, at);
  if (settings.waitlist_capacity == unlimited)
    header_.bind_null(3);
  else
    header_.bind(3, settings.waitlist_capacity);
  auto changed = header_.run();
  if (!changed)
    return changed.error();
  if (*changed == 0)
    return unknown_section(header.section);
  return done{};
}

fallible<done>
embedded_registration_store::write_ended(const section_change& change) {
  for (const auto& [id, row] : change.rows) {
    if (row.left_line || row.state == row_state::gone)
      if (auto left = run(unwait_.bind(1, id)); !left)
        return left;
    if (row.state != row_state::dropped && row.state != row_state::failed)
      continue;
    const auto& entry = row.entry;
    const auto& request
      = row.joined_by.is_nil() ? entry.request : row.joined_by;
    end_.bind(1, id)
      .bind(2, entry.student)
      .bind(3, entry.after.section)
      .bind(4, row.state == row_state::dropped ? std::string_view{"dropped"}
                                               : std::string_view{"failed"})
      .bind(5, entry.at)
      .bind(6, entry.after.sequence)
      .bind(7, request)
      .bind_optional(8, entry.failure_reason)
      .bind(9, row.enrolled_at == timestamp{} ? entry.at : row.enrolled_at);
    if (auto ended = run(end_); !ended)
      return ended;
  }
  return done{};
}

fallible<done>
embedded_registration_store::write_live(const section_change& change) {
  for (const auto& [id, row] : change.rows) {
    const auto& entry = row.entry;
    if (row.state == row_state::enrolled) {
      enrol_.bind(1, id)
        .bind(2, entry.student)
        .bind(3, entry.after.section)
        .bind(4, entry.at)
        .bind(5, entry.after.sequence)
        .bind(6, row.joined_by);
      if (auto enrolled = run(enrol_); !enrolled)
        return enrolled;
    } else if (row.state == row_state::waiting) {
      wait_.bind(1, id)
        .bind(2, entry.student)
        .bind(3, entry.after.section)
        .bind(4, entry.ticket)
        .bind(5, entry.at)
        .bind(6, row.joined_by);
      if (auto waits = run(wait_); !waits)
        return waits;
    }
  }
  return done{};
}

fallible<done> embedded_registration_store::project(const section_rows& rows) {
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun;
  if (auto replaced = replace(rows); !replaced)
    return replaced;
  return whole.commit();
}

fallible<done> embedded_registration_store::replace(const section_rows& rows) {
  const auto& section = rows.header.section;
  auto end_all = db_.prepare(
    "update registrations set status = 'dropped', dropped_date = ?2, "
    "updated_at = ?2, version = version + 1 "
    "where section_id = ?1 and status = 'enrolled'");
  auto clear = db_.prepare("delete from waitlist where section_id = ?1");
  if (!end_all || !clear)
    return end_all ? clear.error() : end_all.error();
  auto at = now_utc();
  if (auto ended = run(end_all->bind(1, section).bind(2, at)); !ended)
    return ended;
  if (auto cleared = run(clear->bind(1, section)); !cleared)
    return cleared;
  return write(change_of(rows, at));
}

fallible<done>
embedded_registration_store::notify(std::span<const notification> notices) {
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun;
  for (const auto& notice : notices) {
    notice_.bind(1, notice.registration)
      .bind(2, std::string_view{notice.kind})
      .bind(3, notice.sequence)
      .bind(4, notice.student)
      .bind(5, notice.section)
      .bind(6, std::string_view{notice.text})
      .bind(7, notice.at);
    if (auto noted = run(notice_); !noted)
      return noted;
  }
  return whole.commit();
}

} // namespace registrar
