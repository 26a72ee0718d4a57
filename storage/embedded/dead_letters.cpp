#include "storage/ports/dead_letters.hpp"
#include "storage/embedded/registration_store.hpp"
#include "storage/rules/bisect.hpp"

namespace registrar {

namespace {

constexpr auto insert_letter
  = "insert into dead_letters (dead_letter_id, section_id, student_id, "
    "registration_id, sequence, kind, entry, sqlstate, reason, created_at) "
    "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
    "on conflict (section_id, sequence) do nothing";

constexpr auto select_letters
  = "select dead_letter_id, section_id, student_id, registration_id, sequence, "
    "kind, entry, sqlstate, reason, created_at from dead_letters "
    "order by created_at, section_id, sequence";

/// SQLite has no SQLSTATE: the class that its refusal belongs to.
std::string sqlstate_of(ec code) {
  return code == ec::conflict ? "23000" : "22000";
}

} // namespace

fallible<done> embedded_registration_store::try_to_write(
  std::span<const journal_entry> entries) {
  if (auto kept = db_.execute("savepoint part"); !kept)
    return kept;
  auto written = write(change_of(entries));
  auto end = written ? "release part" : "rollback to part; release part";
  if (auto ended = db_.execute(end); !ended)
    return ended;
  return written;
}

fallible<registration_store::isolated>
embedded_registration_store::isolate(std::span<const journal_entry> entries) {
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun.error();
  auto parts = sections_of(entries);
  if (auto set = set_cursors(parts); !set)
    return set.error();
  take(parts, entries);
  isolated result;
  for (const auto& [section, part] : parts) {
    auto written = write_until_refused(
      part.taken, [this](auto some) { return try_to_write(some); });
    if (!written)
      return written.error();
    auto left = part.taken.size() - written->written;
    section_cursor cursor{section, part.cursor - left};
    result.written.cursors.push_back(cursor);
    if (left > 0)
      result.refused.push_back({part.taken[written->written],
                                sqlstate_of(written->why.code),
                                written->why.detail});
    else if (part.has_gap)
      result.written.gaps.push_back(cursor);
  }
  if (auto committed = whole.commit(); !committed)
    return committed.error();
  return result;
}

fallible<done>
embedded_registration_store::write_dead_letter(const refused_entry& refused,
                                               timestamp at) {
  const auto& entry = refused.entry;
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun;
  auto cursor = cursor_of(entry.after.section);
  if (!cursor)
    return cursor.error();
  if (entry.after.sequence > *cursor + 1)
    return skips_entries(entry, *cursor);
  if (auto kept = keep(letter_of(refused, at)); !kept)
    return kept;
  if (entry.after.sequence > *cursor) {
    auto passed = passing_over(entry);
    if (auto written = write(change_of({&passed, 1})); !written)
      return written;
  }
  return whole.commit();
}

fallible<done> embedded_registration_store::project_past(
  const refused_entry& refused, const section_rows& rows, timestamp at) {
  if (rows.header.sequence < refused.entry.after.sequence)
    return is_before(refused.entry, rows);
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun;
  if (auto replaced = replace(rows); !replaced)
    return replaced;
  if (auto kept = keep(letter_of(refused, at)); !kept)
    return kept;
  return whole.commit();
}

fallible<done> embedded_registration_store::keep(const dead_letter& letter) {
  auto insert = db_.prepare(insert_letter);
  if (!insert)
    return insert.error();
  auto id = letter.id.to_string();
  insert->bind(1, std::string_view{id})
    .bind(2, letter.section)
    .bind(5, letter.sequence)
    .bind(6, std::string_view{letter.kind})
    .bind(7, std::string_view{letter.entry})
    .bind(8, std::string_view{letter.sqlstate})
    .bind(9, std::string_view{letter.reason})
    .bind(10, letter.at);
  if (!letter.student.is_nil())
    insert->bind(3, letter.student);
  if (!letter.registration.is_nil())
    insert->bind(4, letter.registration);
  if (auto kept = insert->run(); !kept)
    return kept.error();
  return done{};
}

fallible<std::vector<dead_letter>> embedded_registration_store::dead_letters() {
  auto query = db_.prepare(select_letters);
  if (!query)
    return query.error();
  std::vector<dead_letter> result;
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      return result;
    dead_letter x;
    x.id = uuid::parse(query->text(0)).value_or(uuid{});
    x.section = query->id<section_id>(1);
    x.student = query->id<student_id>(2);
    x.registration = query->id<registration_id>(3);
    x.sequence = static_cast<std::uint64_t>(query->number(4));
    x.kind = query->text(5);
    x.entry = query->text(6);
    x.sqlstate = query->text(7);
    x.reason = query->text(8);
    x.at = query->time(9);
    result.push_back(std::move(x));
  }
}

fallible<bool> embedded_registration_store::delete_dead_letter(const uuid& id) {
  auto query
    = db_.prepare("delete from dead_letters where dead_letter_id = ?1");
  if (!query)
    return query.error();
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun.error();
  auto text = id.to_string();
  auto deleted = query->bind(1, std::string_view{text}).run();
  if (!deleted)
    return deleted.error();
  if (auto committed = whole.commit(); !committed)
    return committed.error();
  return *deleted > 0;
}

} // namespace registrar
