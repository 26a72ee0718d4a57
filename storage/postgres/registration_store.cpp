#include "storage/postgres/registration_store.hpp"

#include "storage/postgres/migrator.hpp"
#include "storage/rules/bisect.hpp"

#include <set>

namespace registrar {

namespace {

/// Held to the end of the transaction: by writers shared, by `fence` alone, so
/// that nobody writes under an epoch that has ended. In memory, where locks of
/// the rows would be written. Taken in one order, before the epochs are read.
constexpr sql_statement share_partitions{"share_partitions", R"(
select pg_advisory_xact_lock_shared(1919248754, x)
from unnest($1::int[]) as x)"};

constexpr sql_statement take_partitions{"take_partitions", R"(
select pg_advisory_xact_lock(1919248754, x) from unnest($1::int[]) as x)"};

constexpr sql_statement select_epochs{"select_epochs", R"(
select partition_number, epoch_number, epoch_token from partitions
where partition_number = any($1::int[]))"};

constexpr sql_statement raise_epochs{"raise_epochs", R"(
insert into partitions as p
  (partition_number, epoch_number, epoch_token, updated_at)
select x.number, x.epoch, x.token, now()
from unnest($1::int[], $2::bigint[], $3::bigint[]) as x (number, epoch, token)
order by x.number
on conflict (partition_number) do update set
  epoch_number = excluded.epoch_number, epoch_token = excluded.epoch_token,
  updated_at = excluded.updated_at
where p.epoch_number < excluded.epoch_number
   or p.epoch_number = excluded.epoch_number
      and p.epoch_token = excluded.epoch_token)"};

constexpr sql_statement lock_sections{"lock_sections", R"(
select section_id, last_sequence, in_ledger, total_seats, waitlist_capacity,
  is_active, frozen, version from sections
where section_id = any($1::uuid[]) order by section_id for update)"};

constexpr sql_statement end_others{"end_others", R"(
update registrations set status = 'dropped', dropped_date = from_ms($3::bigint),
  updated_at = from_ms($3::bigint), version = version + 1
where section_id = $1::uuid and status = 'enrolled'
  and registration_id <> all($2::uuid[]))"};

constexpr sql_statement clear_line{"clear_line", R"(
delete from waitlist where section_id = $1::uuid)"};

/// A count that was wrong is put right under the capacity of the moment.
constexpr sql_statement count_again{"count_again", R"(
update sections set enrolled_count = x.enrolled,
  total_seats = greatest(total_seats, x.enrolled)
from (select count(*) as enrolled from registrations
      where section_id = $1::uuid and status = 'enrolled') x
where section_id = $1::uuid and enrolled_count <> x.enrolled)"};

constexpr sql_statement insert_notices{"insert_notices", R"(
insert into notifications (registration_id, kind, sequence, student_id,
  section_id, text, created_at)
select x.registration_id, x.kind, x.sequence, x.student_id, x.section_id,
  x.text, from_ms(x.at)
from unnest($1::uuid[], $2::text[], $3::bigint[], $4::uuid[], $5::uuid[],
            $6::text[], $7::bigint[])
  as x (registration_id, kind, sequence, student_id, section_id, text, at)
on conflict do nothing)"};

/// Of a row of a section, from this column on.
section_settings read_settings(const sql_rows& rows, std::size_t i,
                               std::size_t column) {
  section_settings result;
  result.total_seats = static_cast<std::uint32_t>(rows.number(i, column));
  if (!rows.is_null(i, column + 1))
    result.waitlist_capacity
      = static_cast<std::uint32_t>(rows.number(i, column + 1));
  result.is_active = rows.flag(i, column + 2);
  result.is_frozen = rows.flag(i, column + 3);
  result.version = static_cast<std::uint64_t>(rows.number(i, column + 4));
  return result;
}

failure unknown_section(const section_id& section) {
  return {ec::store_corrupt, "PostgreSQL has no section " + section.to_string()
                               + ", which the ledger has; restore the "
                                 "database or import the section again."};
}

failure fenced(std::uint32_t partition) {
  return {ec::fenced, "PostgreSQL knows another owner of partition "
                        + std::to_string(partition) + "."};
}

} // namespace

fallible<std::unique_ptr<registration_store>>
postgres_registration_store::open(postgres_options options) {
  options.is_writer = true;
  auto db = connection::open(options);
  if (!db)
    return db.error();
  if (auto ready = expect_migrated(*db, postgres_migrations()); !ready)
    return ready.error();
  return std::unique_ptr<registration_store>{
    new postgres_registration_store{std::move(*db)}};
}

// -- ownership ----------------------------------------------------------------

fallible<done>
postgres_registration_store::fence(std::span<const partition_epoch> owned) {
  sql_array numbers, epochs, tokens;
  std::map<std::uint32_t, epoch> known;
  for (const auto& x : owned)
    known[x.partition] = x.owner;
  for (const auto& [partition, owner] : known) {
    numbers.add(partition);
    epochs.add(owner.number);
    tokens.add(owner.token);
  }
  sql_transaction whole{db_};
  if (auto begun = db_.begin(); !begun)
    return begun;
  if (auto taken = db_.run(take_partitions, sql_values{numbers}); !taken)
    return taken.error();
  auto raised = db_.run(raise_epochs, sql_values{numbers, epochs, tokens});
  if (!raised)
    return raised.error();
  if (raised->changed() < known.size())
    return failure{ec::fenced,
                   "PostgreSQL knows a later owner of a partition."};
  if (auto committed = db_.commit(); !committed)
    return committed;
  owned_ = std::move(known);
  return done{};
}

fallible<std::uint64_t> postgres_registration_store::highest_epoch() {
  auto rows
    = db_.query("select coalesce(max(epoch_number), 0) from partitions");
  if (!rows)
    return rows.error();
  return static_cast<std::uint64_t>(rows->number(0, 0));
}

fallible<done>
postgres_registration_store::check_epochs(const section_parts& parts) {
  if (owned_.empty())
    return done{};
  std::set<std::uint32_t> partitions;
  for (const auto& [section, part] : parts)
    partitions.insert(partition_of(section));
  sql_array numbers;
  for (auto partition : partitions) {
    if (!owned_.contains(partition))
      return fenced(partition);
    numbers.add(partition);
  }
  if (auto shared = db_.run(share_partitions, sql_values{numbers}); !shared)
    return shared.error();
  auto rows = db_.run(select_epochs, sql_values{numbers});
  if (!rows)
    return rows.error();
  for (std::size_t i = 0; i < rows->size(); ++i) {
    auto partition = static_cast<std::uint32_t>(rows->number(i, 0));
    epoch there{static_cast<std::uint64_t>(rows->number(i, 1)),
                static_cast<std::uint64_t>(rows->number(i, 2))};
    if (there != owned_.at(partition))
      return fenced(partition);
    partitions.erase(partition);
  }
  // A row that `fence` wrote and that is gone: an older copy was restored.
  return partitions.empty() ? fallible<done>{done{}}
                            : fenced(*partitions.begin());
}

// -- carrying entries ---------------------------------------------------------

fallible<known_settings>
postgres_registration_store::lock(section_parts& parts) {
  if (auto begun = db_.begin(); !begun)
    return begun.error();
  if (auto ours = check_epochs(parts); !ours)
    return ours.error();
  sql_array ids;
  for (const auto& [section, part] : parts)
    ids.add(section);
  auto rows = db_.run(lock_sections, sql_values{ids});
  if (!rows)
    return rows.error();
  known_settings result;
  // Both are in id order.
  std::size_t row = 0;
  for (auto& [section, part] : parts) {
    if (row == rows->size() || rows->id<section_id>(row, 0) != section)
      return unknown_section(section);
    part.cursor = static_cast<std::uint64_t>(rows->number(row, 1));
    if (rows->flag(row, 2))
      result.emplace(section, read_settings(*rows, row, 3));
    ++row;
  }
  return result;
}

fallible<registration_store::applied>
postgres_registration_store::apply(std::span<const journal_entry> entries) {
  auto as_new = apply(entries, write_new_changes);
  if (as_new || !is_permanent(as_new.error().code))
    return as_new;
  // A registration that lives again has a row already.
  return apply(entries, [](connection& db, auto changes, const auto&) {
    return write_changes(db, changes);
  });
}

fallible<registration_store::applied>
postgres_registration_store::apply(std::span<const journal_entry> entries,
                                   change_writer write) {
  auto parts = sections_of(entries);
  applied result;
  if (parts.empty())
    return result;
  sql_transaction whole{db_};
  auto locked = lock(parts);
  if (!locked)
    return locked.error();
  take(parts, entries);
  std::vector<section_change> changes;
  for (const auto& [section, part] : parts) {
    if (!part.taken.empty())
      changes.push_back(change_of(part.taken));
    result.cursors.push_back({section, part.cursor});
    if (part.has_gap)
      result.gaps.push_back({section, part.cursor});
  }
  if (changes.empty())
    return result;
  if (auto written = write(db_, changes, *locked); !written)
    return written.error();
  if (auto committed = db_.commit(); !committed)
    return committed.error();
  return result;
}

fallible<done> postgres_registration_store::try_to_write(
  std::span<const journal_entry> entries) {
  if (auto kept = db_.execute("savepoint part"); !kept)
    return kept;
  auto change = change_of(entries);
  auto written = write_changes(db_, {&change, 1});
  if (written)
    return db_.execute("release savepoint part");
  auto sqlstate = db_.sqlstate();
  if (!is_permanent(written.error().code))
    return written;
  if (auto back = db_.execute("rollback to savepoint part"); !back)
    return back;
  // Where our own check refused it, PostgreSQL said nothing.
  refused_as_ = sqlstate.empty() ? "23000" : sqlstate;
  return written;
}

fallible<registration_store::isolated>
postgres_registration_store::isolate(std::span<const journal_entry> entries) {
  auto parts = sections_of(entries);
  isolated result;
  if (parts.empty())
    return result;
  sql_transaction whole{db_};
  if (auto locked = lock(parts); !locked)
    return locked.error();
  take(parts, entries);
  for (const auto& [section, part] : parts) {
    auto written = write_until_refused(
      part.taken, [this](auto some) { return try_to_write(some); });
    if (!written)
      return written.error();
    auto left = part.taken.size() - written->written;
    section_cursor cursor{section, part.cursor - left};
    result.written.cursors.push_back(cursor);
    if (left > 0)
      result.refused.push_back(
        {part.taken[written->written], refused_as_, written->why.detail});
    else if (part.has_gap)
      result.written.gaps.push_back(cursor);
  }
  if (auto committed = db_.commit(); !committed)
    return committed.error();
  return result;
}

fallible<done> postgres_registration_store::project(const section_rows& rows) {
  sql_transaction whole{db_};
  if (auto replaced = replace(rows); !replaced)
    return replaced;
  return db_.commit();
}

fallible<done> postgres_registration_store::replace(const section_rows& rows) {
  const auto& section = rows.header.section;
  section_parts parts;
  parts.try_emplace(section);
  if (auto locked = lock(parts); !locked)
    return locked.error();
  if (auto counted = db_.run(count_again, sql_values{section}); !counted)
    return counted.error();
  sql_array stay;
  for (const auto& row : rows.roster)
    stay.add(row.registration);
  auto at = now_utc();
  if (auto ended = db_.run(end_others, sql_values{section, stay, at}); !ended)
    return ended.error();
  if (auto cleared = db_.run(clear_line, sql_values{section}); !cleared)
    return cleared.error();
  auto change = change_of(rows, at);
  return write_changes(db_, {&change, 1});
}

fallible<done>
postgres_registration_store::notify(std::span<const notification> notices) {
  if (notices.empty())
    return done{};
  sql_array registration, kind, sequence, student, section, text, at;
  for (const auto& notice : notices) {
    registration.add(notice.registration);
    kind.add(std::string_view{notice.kind});
    sequence.add(notice.sequence);
    student.add(notice.student);
    section.add(notice.section);
    text.add(std::string_view{notice.text});
    at.add(notice.at);
  }
  auto noted = db_.run(insert_notices, sql_values{registration, kind, sequence,
                                                  student, section, text, at});
  if (!noted)
    return noted.error();
  return done{};
}

} // namespace registrar
