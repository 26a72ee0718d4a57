#include "storage/ports/dead_letters.hpp"
#include "storage/postgres/change_rows.hpp"
#include "storage/postgres/registration_store.hpp"

namespace registrar {

namespace {

constexpr sql_statement insert_letter{"insert_letter", R"(
insert into dead_letters (dead_letter_id, section_id, student_id,
  registration_id, sequence, kind, entry, sqlstate, reason, created_at)
values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::bigint, $6, $7, $8, $9,
  from_ms($10::bigint))
on conflict (section_id, sequence) do nothing)"};

constexpr auto select_letters
  = "select dead_letter_id, section_id, student_id, registration_id, sequence, "
    "kind, entry, sqlstate, reason, to_ms(created_at) from dead_letters "
    "order by created_at, section_id, sequence";

constexpr sql_statement delete_letter{"delete_letter", R"(
delete from dead_letters where dead_letter_id = $1::uuid)"};

} // namespace

fallible<done>
postgres_registration_store::write_dead_letter(const refused_entry& refused,
                                               timestamp at) {
  const auto& entry = refused.entry;
  const auto& section = entry.after.section;
  section_parts parts;
  parts.try_emplace(section);
  sql_transaction whole{db_};
  if (auto locked = lock(parts); !locked)
    return locked.error();
  auto cursor = parts.at(section).cursor;
  if (entry.after.sequence > cursor + 1)
    return skips_entries(entry, cursor);
  if (auto kept = keep(letter_of(refused, at)); !kept)
    return kept;
  if (entry.after.sequence > cursor) {
    auto passed = passing_over(entry);
    auto change = change_of({&passed, 1});
    if (auto written = write_changes(db_, {&change, 1}); !written)
      return written;
  }
  return db_.commit();
}

fallible<done> postgres_registration_store::project_past(
  const refused_entry& refused, const section_rows& rows, timestamp at) {
  if (rows.header.sequence < refused.entry.after.sequence)
    return is_before(refused.entry, rows);
  sql_transaction whole{db_};
  if (auto replaced = replace(rows); !replaced)
    return replaced;
  if (auto kept = keep(letter_of(refused, at)); !kept)
    return kept;
  return db_.commit();
}

fallible<done> postgres_registration_store::keep(const dead_letter& letter) {
  auto id = letter.id.to_string();
  sql_values values;
  values.add(std::string_view{id})
    .add(letter.section)
    .add_optional(letter.student)
    .add_optional(letter.registration)
    .add(letter.sequence)
    .add(std::string_view{letter.kind})
    .add(std::string_view{letter.entry})
    .add(std::string_view{letter.sqlstate})
    .add(std::string_view{letter.reason})
    .add(letter.at);
  if (auto kept = db_.run(insert_letter, values); !kept)
    return kept.error();
  return done{};
}

fallible<std::vector<dead_letter>> postgres_registration_store::dead_letters() {
  auto rows = db_.query(select_letters);
  if (!rows)
    return rows.error();
  std::vector<dead_letter> result;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    dead_letter x;
    x.id = uuid::parse(rows->text(i, 0)).value_or(uuid{});
    x.section = rows->id<section_id>(i, 1);
    x.student = rows->id<student_id>(i, 2);
    x.registration = rows->id<registration_id>(i, 3);
    x.sequence = static_cast<std::uint64_t>(rows->number(i, 4));
    x.kind = rows->text(i, 5);
    x.entry = rows->text(i, 6);
    x.sqlstate = rows->text(i, 7);
    x.reason = rows->text(i, 8);
    x.at = rows->time(i, 9);
    result.push_back(std::move(x));
  }
  return result;
}

fallible<bool> postgres_registration_store::delete_dead_letter(const uuid& id) {
  auto text = id.to_string();
  auto deleted = db_.run(delete_letter, sql_values{std::string_view{text}});
  if (!deleted)
    return deleted.error();
  return deleted->changed() > 0;
}

} // namespace registrar
