#include "storage/postgres/open.hpp"

#include "storage/postgres/catalogue_store.hpp"
#include "storage/postgres/migrator.hpp"
#include "storage/postgres/registration_store.hpp"

namespace registrar {

namespace {

constexpr sql_statement insert_ledger_id{"insert_ledger_id", R"(
insert into ledger_id (one, ledger_id) values (1, $1::uuid)
on conflict do nothing)"};

constexpr sql_statement update_ledger_id{
  "update_ledger_id", "update ledger_id set ledger_id = $1::uuid"};

fallible<std::optional<uuid>> read_ledger_id(connection& db) {
  auto rows = db.query("select ledger_id from ledger_id");
  if (!rows)
    return rows.error();
  if (rows->size() == 0)
    return std::optional<uuid>{};
  return uuid::parse(rows->text(0, 0));
}

fallible<connection> open_migrated(const postgres_options& options) {
  auto db = connection::open(options);
  if (!db)
    return db.error();
  if (auto ready = expect_migrated(*db, postgres_migrations()); !ready)
    return ready.error();
  return db;
}

} // namespace

fallible<std::vector<std::string>>
migrate_postgres(const postgres_options& options) {
  auto db = connection::open(options);
  if (!db)
    return db.error();
  auto carried_out = migrate(*db, postgres_migrations());
  if (!carried_out)
    return carried_out.error();
  return std::vector<std::string>{carried_out->begin(), carried_out->end()};
}

fallible<std::unique_ptr<registration_store>>
open_postgres_registrations(const postgres_options& options) {
  return postgres_registration_store::open(options);
}

fallible<std::unique_ptr<catalogue_store>>
open_postgres_catalogue(const postgres_options& options) {
  return postgres_catalogue_store::open(options);
}

fallible<std::optional<uuid>>
read_postgres_ledger_id(const postgres_options& options) {
  auto db = open_migrated(options);
  if (!db)
    return db.error();
  return read_ledger_id(*db);
}

fallible<uuid> claim_postgres_ledger_id(const postgres_options& options,
                                        const uuid& ledger) {
  auto db = open_migrated(options);
  if (!db)
    return db.error();
  auto text = ledger.to_string();
  auto put = db->run(insert_ledger_id, sql_values{std::string_view{text}});
  if (!put)
    return put.error();
  auto there = read_ledger_id(*db);
  if (!there)
    return there.error();
  return there->value_or(uuid{});
}

fallible<done> replace_postgres_ledger_id(const postgres_options& options,
                                          const uuid& ledger) {
  auto db = open_migrated(options);
  if (!db)
    return db.error();
  auto id = ledger.to_string();
  auto replaced = db->run(update_ledger_id, sql_values{std::string_view{id}});
  if (!replaced)
    return replaced.error();
  return done{};
}

} // namespace registrar
