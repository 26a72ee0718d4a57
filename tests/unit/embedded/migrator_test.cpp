#include "storage/embedded/migrator.hpp"
#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

using namespace registrar;

namespace {

constexpr migration two[] = {
  {1, "0001_create.sql", "create table a (x integer);"},
  {2, "0002_more.sql", "create table b (x integer);"},
};

constexpr migration broken[] = {
  {1, "0001_create.sql", "create table a (x integer);"},
  {2, "0002_broken.sql", "create table b (x integer); create nonsense;"},
};

struct file {
  temporary_directory directory;
  database db = std::move(
    *database::open(directory.path() / "some.db", database::mode::write));
};

} // namespace

TEST_CASE_FIXTURE(file, "a new file gets every migration, once") {
  CHECK(*migrate(db, two)
        == std::vector<std::string_view>{"0001_create.sql", "0002_more.sql"});
  CHECK(migrate(db, two)->empty());
  CHECK(expect_migrated(db, two));
}

TEST_CASE_FIXTURE(file, "an older file gets what it lacks") {
  REQUIRE(migrate(db, std::span{two}.first(1)));
  CHECK_FALSE(expect_migrated(db, two));
  CHECK(*migrate(db, two) == std::vector<std::string_view>{"0002_more.sql"});
}

TEST_CASE_FIXTURE(file, "a newer file is refused and stays as it is") {
  REQUIRE(migrate(db, two));
  auto refused = migrate(db, std::span{two}.first(1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::store_unusable);
  CHECK(refused.error().detail.find("schema 2") != std::string::npos);
  CHECK_FALSE(expect_migrated(db, std::span{two}.first(1)));
  CHECK(*db.ask("pragma user_version") == 2);
}

TEST_CASE_FIXTURE(file, "a database of something else is refused") {
  REQUIRE(db.execute("create table theirs (x integer)"));
  CHECK_FALSE(migrate(db, two));
  CHECK(*db.ask("select count(*) from sqlite_master") == 1);
}

TEST_CASE_FIXTURE(file, "a migration that fails leaves nothing of itself") {
  CHECK_FALSE(migrate(db, broken));
  CHECK(*db.ask("pragma user_version") == 1);
  CHECK(*db.ask("select count(*) from sqlite_master") == 1);
}

TEST_CASE("the program's migrations are numbered from 1 without holes") {
  for (auto all : {journal_migrations(), registrar_migrations()}) {
    CHECK(!all.empty());
    for (std::size_t i = 0; i < all.size(); ++i)
      CHECK(all[i].version == static_cast<int>(i) + 1);
  }
}

TEST_CASE_FIXTURE(file,
                  "acts from before reasons were kept stay, without one") {
  auto all = registrar_migrations();
  REQUIRE(migrate(db, all.first(2)));
  REQUIRE(db.execute(
    "insert into audit_log (actor, action, subject, detail, created_at) values "
    "('registrar', 'section projected', 'x', 'all', "
    "'2026-09-01T08:00:00.000Z')"));
  CHECK(migrate(db, all)->size() == all.size() - 2);
  CHECK(*db.ask("select count(*) from audit_log where reason is null "
                "and action = 'section projected'")
        == 1);
}
