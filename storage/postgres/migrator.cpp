#include "storage/postgres/migrator.hpp"

#include <optional>
#include <string>

namespace registrar {

namespace {

/// A migration may rewrite a table; another server's is waited for as long.
constexpr std::chrono::minutes patience{10};

/// "registrar" as bytes, cut to 63 bits: nobody else's key.
constexpr auto lock
  = "select pg_advisory_xact_lock(x'7265676973747261'::bigint)";

constexpr auto select_schema
  = "select coalesce(max(version), 0) from registrar_migrations";

constexpr auto count_tables
  = "select count(*) from pg_class where relnamespace = "
    "current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm')";

constexpr auto create_table
  = "create table registrar_migrations (version integer primary key, "
    "name text not null, applied_at timestamptz not null default now())";

constexpr sql_statement insert_version{
  "insert_migration",
  "insert into registrar_migrations (version, name) values ($1::int, $2)"};

failure too_new(std::int64_t has, std::size_t known) {
  return {ec::store_unusable, "The PostgreSQL database has schema "
                                + std::to_string(has)
                                + ", but this program knows only up to schema "
                                + std::to_string(known)
                                + "; use the newer program that migrated it."};
}

fallible<std::int64_t> ask(connection& db, std::string_view sql) {
  auto rows = db.query(sql);
  if (!rows)
    return rows.error();
  return rows->number(0, 0);
}

fallible<bool> has_table(connection& db) {
  auto rows = db.query("select to_regclass('registrar_migrations')");
  if (!rows)
    return rows.error();
  return !rows->is_null(0, 0);
}

/// The number of the last migration; 0 in a database without tables.
fallible<std::int64_t> schema_of(connection& db) {
  auto is_ours = has_table(db);
  if (!is_ours)
    return is_ours.error();
  if (*is_ours)
    return ask(db, select_schema);
  auto tables = ask(db, count_tables);
  if (!tables || *tables == 0)
    return tables;
  return {ec::store_unusable,
          "The PostgreSQL database holds tables of something else; create a "
          "database for Registrar alone and name it with --postgres."};
}

/// One step, alone in the database. @returns the migration carried out, or
/// nothing where there is none left.
fallible<std::optional<std::string_view>>
carry_out_next(connection& db, std::span<const migration> all) {
  sql_transaction work{db};
  if (auto begun = db.begin(patience); !begun)
    return begun.error();
  if (auto locked = db.execute(lock); !locked)
    return locked.error();
  auto has = schema_of(db);
  if (!has)
    return has.error();
  auto index = static_cast<std::size_t>(*has);
  if (index > all.size())
    return too_new(*has, all.size());
  if (index == all.size())
    return std::optional<std::string_view>{};
  const auto& next = all[index];
  if (index == 0)
    if (auto made = db.execute(create_table); !made)
      return made.error();
  if (auto made = db.execute(next.sql); !made)
    return failure{made.error().code,
                   std::string{next.name} + ": " + made.error().detail};
  sql_values mark{std::int64_t{next.version}, next.name};
  if (auto marked = db.run(insert_version, mark); !marked)
    return marked.error();
  if (auto committed = db.commit(); !committed)
    return committed.error();
  return std::optional{next.name};
}

} // namespace

fallible<std::vector<std::string_view>>
migrate(connection& db, std::span<const migration> all) {
  std::vector<std::string_view> result;
  for (;;) {
    auto next = carry_out_next(db, all);
    if (!next)
      return next.error();
    if (!*next)
      return result;
    result.push_back(**next);
  }
}

fallible<done> expect_migrated(connection& db, std::span<const migration> all) {
  auto is_ours = has_table(db);
  if (!is_ours)
    return is_ours.error();
  auto has = *is_ours ? ask(db, select_schema) : fallible<std::int64_t>{0};
  if (!has)
    return has.error();
  auto newest = static_cast<std::int64_t>(all.size());
  if (*has > newest)
    return too_new(*has, all.size());
  if (*has < newest)
    return failure{ec::store_unusable, "The PostgreSQL database has schema "
                                         + std::to_string(*has)
                                         + ", but this program needs schema "
                                         + std::to_string(newest)
                                         + "; run `registrar migrate` first."};
  return done{};
}

} // namespace registrar
