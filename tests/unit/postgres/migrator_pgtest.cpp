#include "storage/postgres/migrator.hpp"
#include "tests/unit/postgres/pg_fixture.hpp"

#include <atomic>
#include <thread>
#include <vector>

using namespace registrar;
using registrar::test::must_have;
using registrar::test::pg_database;

namespace {

constexpr migration two[] = {
  {1, "0001_create.sql", "create table a (x integer);"},
  {2, "0002_more.sql", "create table b (x integer);"},
};

constexpr migration broken[] = {
  {1, "0001_create.sql", "create table a (x integer);"},
  {2, "0002_broken.sql", "create table b (x integer); create nonsense;"},
};

} // namespace

TEST_CASE_FIXTURE(pg_database, "a new database gets every migration, once") {
  auto db = connect();
  CHECK_FALSE(expect_migrated(db, two));
  CHECK(must_have(migrate(db, two))
        == std::vector<std::string_view>{"0001_create.sql", "0002_more.sql"});
  CHECK(must_have(migrate(db, two)).empty());
  CHECK(expect_migrated(db, two));
}

TEST_CASE_FIXTURE(pg_database, "an older database gets what it lacks") {
  auto db = connect();
  must_have(migrate(db, std::span{two}.first(1)));
  CHECK_FALSE(expect_migrated(db, two));
  CHECK(must_have(migrate(db, two))
        == std::vector<std::string_view>{"0002_more.sql"});
}

TEST_CASE_FIXTURE(pg_database, "a newer database is refused and stays") {
  auto db = connect();
  must_have(migrate(db, two));
  auto refused = migrate(db, std::span{two}.first(1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::store_unusable);
  CHECK(refused.error().detail.find("schema 2") != std::string::npos);
  CHECK_FALSE(expect_migrated(db, std::span{two}.first(1)));
  CHECK(ask("select max(version) from registrar_migrations") == 2);
}

TEST_CASE_FIXTURE(pg_database, "a database of something else is refused") {
  auto db = connect();
  must_have(db.execute("create table theirs (x integer)"));
  auto refused = migrate(db, two);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::store_unusable);
  CHECK(ask("select count(*) from pg_tables where schemaname = 'public'") == 1);
}

TEST_CASE_FIXTURE(pg_database,
                  "a migration that fails leaves nothing of itself") {
  auto db = connect();
  auto refused = migrate(db, broken);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find("0002_broken.sql") != std::string::npos);
  CHECK(ask("select max(version) from registrar_migrations") == 1);
  CHECK(ask("select count(*) from pg_tables where tablename = 'b'") == 0);
}

TEST_CASE_FIXTURE(pg_database,
                  "servers that migrate at once carry each step out once") {
  std::atomic<std::size_t> carried_out{0};
  std::atomic<int> failures{0};
  std::vector<std::thread> servers;
  for (int i = 0; i < 6; ++i)
    servers.emplace_back([&] {
      auto done = migrate_postgres(options);
      if (done)
        carried_out += done->size();
      else
        ++failures;
    });
  for (auto& x : servers)
    x.join();
  CHECK(failures == 0);
  CHECK(carried_out == postgres_migrations().size());
}

TEST_CASE("PostgreSQL's migrations are numbered from 1 without holes") {
  auto all = postgres_migrations();
  CHECK(!all.empty());
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(all[i].version == static_cast<int>(i) + 1);
}

TEST_CASE_FIXTURE(pg_database,
                  "acts from before reasons were kept stay, without one") {
  auto db = connect();
  auto all = postgres_migrations();
  must_have(migrate(db, all.first(3)));
  must_have(db.execute(
    "insert into audit_log (actor, action, subject, detail, created_at) values "
    "('registrar', 'section projected', 'x', 'all', now())"));
  CHECK(must_have(migrate(db, all)).size() == all.size() - 3);
  CHECK(ask("select count(*) from audit_log where reason is null "
            "and action = 'section projected'")
        == 1);
}
