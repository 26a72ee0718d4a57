#include "storage/embedded/journal_file.hpp"

#include "storage/embedded/migrator.hpp"

#include <algorithm>
#include <cstring>

namespace registrar {

namespace {

entry_row entry_of(const statement& row) {
  entry_row result;
  result.position = static_cast<std::uint64_t>(row.number(0));
  result.kind = static_cast<entry_kind>(row.number(1));
  auto section = row.bytes(2);
  std::memcpy(result.section.value.bytes.data(), section.data(),
              std::min<std::size_t>(16, section.size()));
  result.sequence = static_cast<std::uint64_t>(row.number(3));
  result.at_ms = row.number(4);
  result.memo_expires_ms = row.number(5);
  return result;
}

/// Steps over rows until there are none or `visit` has enough.
template <class Visit>
fallible<done> walk(statement& rows, Visit visit) {
  for (;;) {
    auto stepped = rows.step();
    if (!stepped)
      return stepped.error();
    if (!*stepped)
      return done{};
    if (!visit(rows)) {
      rows.reset();
      return done{};
    }
  }
}

fallible<done> run(statement& what) {
  auto ran = what.run();
  if (!ran)
    return ran.error();
  return done{};
}

} // namespace

fallible<std::unique_ptr<journal_file>>
journal_file::open(const std::filesystem::path& path, database::mode how) {
  auto opened = database::open(path, how);
  if (!opened)
    return opened.error();
  std::unique_ptr<journal_file> result{new journal_file{std::move(*opened)}};
  if (how != database::mode::write) {
    if (auto ready = expect_migrated(result->database_, journal_migrations());
        !ready)
      return ready.error();
  } else {
    if (auto migrated = migrate(result->database_, journal_migrations());
        !migrated)
      return migrated.error();
    if (auto made = result->make_identity(); !made)
      return made.error();
    if (auto forced = result->force_to_disk(); !forced)
      return forced.error();
  }
  if (auto prepared = result->prepare(); !prepared)
    return prepared.error();
  return result;
}

fallible<journal_file::identity> journal_file::read_identity() {
  auto query = database_.prepare("SELECT ledger_id, epoch_number, epoch_token, "
                                 "incarnation FROM meta");
  if (!query)
    return query.error();
  identity result;
  auto walked = walk(*query, [&](const statement& row) {
    result.ledger_id = uuid::parse(row.text(0)).value_or(uuid{});
    result.owner.number = static_cast<std::uint64_t>(row.number(1));
    result.owner.token = static_cast<std::uint64_t>(row.number(2));
    result.incarnation = static_cast<std::uint64_t>(row.number(3));
    return true;
  });
  if (!walked)
    return walked.error();
  if (result.ledger_id.is_nil())
    return failure{ec::store_corrupt,
                   database_.name()
                     + " does not say to which ledger it belongs."};
  return result;
}

fallible<done> journal_file::write_owner(const epoch& owner) {
  auto update
    = database_.prepare("UPDATE meta SET epoch_number = ?, epoch_token = ?");
  if (!update)
    return update.error();
  return run(update->bind(1, owner.number).bind(2, owner.token));
}

fallible<done> journal_file::write_incarnation(std::uint64_t incarnation) {
  auto update = database_.prepare("UPDATE meta SET incarnation = ?");
  if (!update)
    return update.error();
  return run(update->bind(1, incarnation));
}

fallible<done> journal_file::append_entry(const entry_row& row,
                                          std::string_view payload) {
  std::string_view section{
    reinterpret_cast<const char*>(row.section.value.bytes.data()), 16};
  append_entry_.bind(1, row.position)
    .bind(2, static_cast<std::uint32_t>(row.kind))
    .bind_bytes(3, section)
    .bind(4, row.sequence)
    .bind(5, row.at_ms)
    .bind(6, row.memo_expires_ms)
    .bind_bytes(7, payload);
  return run(append_entry_);
}

fallible<done> journal_file::scan_entries(std::uint64_t after,
                                          const entry_visitor& visit) {
  return walk(scan_entries_.bind(1, after), [&](const statement& row) {
    return visit(entry_of(row), row.bytes(6));
  });
}

fallible<done> journal_file::scan_columns(std::uint64_t after,
                                          const entry_visitor& visit) {
  return walk(scan_columns_.bind(1, after),
              [&](const statement& row) { return visit(entry_of(row), {}); });
}

fallible<done> journal_file::read_entry(std::uint64_t position,
                                        const entry_visitor& visit) {
  return walk(read_entry_.bind(1, position), [&](const statement& row) {
    return visit(entry_of(row), row.bytes(6));
  });
}

fallible<done> journal_file::delete_entry(std::uint64_t position) {
  return run(delete_entry_.bind(1, position));
}

fallible<done> journal_file::append_key(std::uint64_t position,
                                        timestamp expires,
                                        std::string_view payload) {
  append_key_.bind(1, position)
    .bind(2, expires.time_since_epoch().count())
    .bind_bytes(3, payload);
  return run(append_key_);
}

fallible<done> journal_file::scan_keys(std::uint64_t after,
                                       const key_visitor& visit) {
  return walk(scan_keys_.bind(1, after), [&](const statement& row) {
    return visit(static_cast<std::uint64_t>(row.number(0)), row.bytes(1));
  });
}

fallible<done> journal_file::read_key(std::uint64_t position,
                                      const key_visitor& visit) {
  return walk(read_key_.bind(1, position), [&](const statement& row) {
    return visit(position, row.bytes(0));
  });
}

fallible<done> journal_file::delete_keys_up_to(std::uint64_t position) {
  return run(delete_keys_.bind(1, position));
}

fallible<done> journal_file::prepare() {
  const std::pair<statement*, std::string_view> all[] = {
    {&append_entry_, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)"},
    {&scan_entries_, "SELECT position, kind, section, sequence, at, "
                     "memo_expires, payload FROM entries WHERE position > ? "
                     "ORDER BY position"},
    {&scan_columns_, "SELECT position, kind, section, sequence, at, "
                     "memo_expires FROM entries WHERE position > ? "
                     "ORDER BY position"},
    {&read_entry_, "SELECT position, kind, section, sequence, at, "
                   "memo_expires, payload FROM entries WHERE position = ?"},
    {&delete_entry_, "DELETE FROM entries WHERE position = ?"},
    {&append_key_, "INSERT INTO keys VALUES (?, ?, ?)"},
    {&scan_keys_, "SELECT position, payload FROM keys WHERE position > ? "
                  "ORDER BY position"},
    {&read_key_, "SELECT payload FROM keys WHERE position = ?"},
    {&delete_keys_, "DELETE FROM keys WHERE position <= ?"},
  };
  for (const auto& [where, sql] : all) {
    auto prepared = database_.prepare(sql);
    if (!prepared)
      return prepared.error();
    *where = std::move(*prepared);
  }
  return done{};
}

fallible<done> journal_file::make_identity() {
  auto insert
    = database_.prepare("INSERT OR IGNORE INTO meta VALUES (1, ?, 0, 0, 0, 0)");
  if (!insert)
    return insert.error();
  auto id = uuid::random().to_string();
  return run(insert->bind(1, std::string_view{id}));
}

fallible<done> journal_file::force_to_disk() {
  // After a commit whose sync failed, the log may hold pages that the system
  // shows but the disk does not have. Carrying the log into the file writes
  // and syncs them again; the probe finds a disk that takes no writes before
  // time is spent on loading.
  auto is_busy = database_.ask("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!is_busy)
    return is_busy.error();
  if (*is_busy != 0)
    return failure{ec::dependency_unavailable,
                   database_.name() + " is held by another connection."};
  return database_.execute("UPDATE meta SET probe = probe + 1");
}

} // namespace registrar
