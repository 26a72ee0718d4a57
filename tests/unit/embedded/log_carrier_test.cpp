#include "storage/embedded/log_carrier.hpp"

#include "storage/embedded/database.hpp"
#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using namespace registrar;

namespace {

constexpr auto page_bytes = 4'096;

struct growing_file {
  growing_file() : db(*database::open(path, database::mode::write)) {
    REQUIRE(db.execute("create table rows (id integer primary key, x blob)"));
  }

  std::int64_t rows() {
    auto count = db.ask("select count(*) from rows");
    REQUIRE(count);
    return *count;
  }

  /// Commits about a hundred pages.
  void write() {
    REQUIRE(db.begin());
    REQUIRE(db.execute("insert into rows (x) values (zeroblob(400000))"));
    REQUIRE(db.commit());
    ++written;
  }

  std::uintmax_t log_pages() const {
    return std::filesystem::file_size(path.string() + "-wal") / page_bytes;
  }

  temporary_directory directory;
  std::filesystem::path path = directory.path() / "rows.db";
  database db;
  int written = 0;
};

} // namespace

TEST_CASE_FIXTURE(growing_file, "a log that is written to without pause "
                                "begins anew again and again") {
  constexpr auto bound = std::uintmax_t{log_carrier::log_pages_max};
  for (std::uintmax_t pages = 0; pages < 2 * bound; pages += 100)
    write();
  CHECK(log_pages() < bound + 200);
  CHECK(rows() == written);
}

TEST_CASE_FIXTURE(growing_file, "a reader that stays holds up no writer") {
  auto reader = database::open(path, database::mode::read);
  REQUIRE(reader);
  REQUIRE(reader->begin());
  REQUIRE(*reader->ask("select count(*) from rows") == 0);
  constexpr auto much = std::uintmax_t{3 * log_carrier::full_pages};
  for (std::uintmax_t pages = 0; pages < much; pages += 100)
    write();
  CHECK(log_pages() >= much);
  CHECK(*reader->ask("select count(*) from rows") == 0);
  reader->roll_back();
  constexpr auto bound = std::uintmax_t{log_carrier::log_pages_max};
  for (std::uintmax_t pages = 0; pages < bound; pages += 100)
    write();
  CHECK(log_pages() < bound + 200);
}

TEST_CASE("who closes last leaves one file behind") {
  temporary_directory directory;
  auto path = directory.path() / "rows.db";
  {
    auto db = database::open(path, database::mode::write);
    REQUIRE(db);
    REQUIRE(db->execute("create table rows (x blob)"));
    for (int i = 0; i < 2 * log_carrier::round_pages / 100; ++i)
      REQUIRE(db->execute("insert into rows values (zeroblob(400000))"));
  }
  CHECK_FALSE(std::filesystem::exists(path.string() + "-wal"));
  auto db = database::open(path, database::mode::read);
  REQUIRE(db);
  CHECK(*db->ask("select count(*) from rows")
        == 2 * log_carrier::round_pages / 100);
}
