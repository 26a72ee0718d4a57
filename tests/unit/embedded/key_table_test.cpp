#include "storage/embedded/key_table.hpp"

#include "tests/ids_of.hpp"
#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace std::chrono_literals;
using registrar::test::id;

namespace {

/// A key table on a file of its own, and the group commit around it.
struct key_file {
  key_file() {
    reopen();
    table.emplace(1);
    REQUIRE(table->load(*file));
  }

  void reopen() {
    file.reset();
    auto opened = journal_file::open(directory.path() / "journal.db",
                                     database::mode::write);
    REQUIRE(opened);
    file = std::move(*opened);
  }

  /// Another run of the program.
  void restart(std::uint64_t incarnation) {
    reopen();
    table.emplace(incarnation);
    REQUIRE(table->load(*file));
  }

  void commit() {
    REQUIRE(file->begin());
    REQUIRE(table->write(*file));
    REQUIRE(file->commit());
    table->committed();
  }

  void fail_commit() {
    REQUIRE(file->begin());
    REQUIRE(table->write(*file));
    file->roll_back();
    reopen();
    REQUIRE(table->load(*file));
  }

  static key_scope scope(std::uint64_t number) {
    return {id<student_id>(1), route::register_sections,
            "key " + std::to_string(number)};
  }

  key_begun begin(std::uint64_t number, std::chrono::milliseconds ttl = 24h) {
    begin_key command;
    command.scope = scope(number);
    command.ttl = ttl;
    return table->begin(*file, command, now);
  }

  bool complete(std::uint64_t number, std::uint32_t attempt, bool keep = true) {
    return table
      ->complete(*file, {scope(number), attempt, keep, keep ? "body" : ""}, now)
      .accepted;
  }

  std::size_t trim(std::size_t limit) {
    REQUIRE(file->begin());
    auto gone = table->trim(*file, now, limit);
    REQUIRE(gone);
    REQUIRE(file->commit());
    return *gone;
  }

  temporary_directory directory;
  std::unique_ptr<journal_file> file;
  std::optional<key_table> table;
  timestamp now{std::chrono::hours{480'000}};
};

} // namespace

TEST_CASE_FIXTURE(key_file, "a begin waits for others' commit, an answer asks "
                            "for one") {
  begin(1);
  CHECK(table->has_unwritten());
  CHECK_FALSE(table->needs_commit());
  CHECK(complete(1, 1, false));
  CHECK_FALSE(table->needs_commit());
  CHECK(begin(1).attempt == 2);
  CHECK(complete(1, 2));
  CHECK(table->needs_commit());
  commit();
  CHECK_FALSE(table->needs_commit());
  CHECK_FALSE(table->has_unwritten());
  CHECK(begin(1).state == key_state::stored);
}

TEST_CASE_FIXTURE(key_file, "begins that wait for long ask for a commit") {
  for (std::uint64_t i = 0; i < 3000 && !table->needs_commit(); ++i)
    begin(i);
  CHECK(table->needs_commit());
  commit();
  CHECK_FALSE(table->needs_commit());
}

TEST_CASE_FIXTURE(key_file, "what was committed outlives the process, and a "
                            "former run's attempt is taken over at once") {
  begin(1);
  begin(2);
  complete(2, 1);
  commit();
  begin(3);
  restart(2);
  CHECK(begin(2).response == "body");
  auto taken_over = begin(1);
  CHECK(taken_over.state == key_state::begun);
  CHECK(taken_over.attempt == 2);
  CHECK_FALSE(complete(1, 1));
  CHECK(complete(1, 2));
  // Never committed: as if it had not begun.
  CHECK(begin(3).attempt == 1);
}

TEST_CASE_FIXTURE(key_file, "an answer whose commit failed is taken back, and "
                            "its retry takes over") {
  begin(1);
  commit();
  complete(1, 1);
  fail_commit();
  CHECK(table->has_unwritten());
  CHECK(table->look_up(*file, scope(1), now).response.empty());
  // Its caller was told 503, which ends the attempt.
  CHECK(begin(1).attempt == 2);
  CHECK_FALSE(complete(1, 1));
  CHECK(complete(1, 2));
  commit();
  restart(2);
  CHECK(begin(1).response == "body");
}

TEST_CASE_FIXTURE(key_file, "an answer stays though a later commit fails") {
  begin(1);
  complete(1, 1);
  commit();
  begin(2);
  fail_commit();
  CHECK(begin(1).response == "body");
  CHECK(begin(2).state == key_state::in_flight);
}

TEST_CASE_FIXTURE(key_file, "the newest state of a key counts, whatever older "
                            "ones are in the file") {
  for (std::uint32_t attempt = 1; attempt <= 5; ++attempt) {
    CHECK(begin(1).attempt == attempt);
    commit();
    CHECK(complete(1, attempt, attempt == 5));
    commit();
  }
  restart(2);
  auto found = table->look_up(*file, scope(1), now);
  CHECK(found.state == key_state::stored);
  CHECK(found.attempt == 5);
}

TEST_CASE_FIXTURE(key_file, "expired records leave the file, a bounded number "
                            "a call, and no other") {
  for (std::uint64_t i = 0; i < 10; ++i) {
    begin(i, 1h);
    complete(i, 1);
  }
  begin(20, 24h);
  complete(20, 1);
  commit();
  CHECK(trim(100) == 0);
  now += 1h;
  CHECK(begin(3).attempt == 1);
  CHECK(trim(4) == 4);
  CHECK(trim(100) == 6);
  CHECK(trim(100) == 0);
  commit();
  CHECK(begin(3).state == key_state::in_flight);
  CHECK(begin(20).response == "body");
  CHECK(begin(5).attempt == 1);
  restart(2);
  CHECK(begin(20).response == "body");
  CHECK(begin(3).attempt == 2);
}

TEST_CASE_FIXTURE(key_file, "a record that is not what was written is named") {
  begin(1);
  complete(1, 1);
  commit();
  auto db
    = database::open(directory.path() / "journal.db", database::mode::write);
  REQUIRE(db);
  REQUIRE(db->execute("update keys set payload = zeroblob(length(payload))"));
  CHECK(begin(1).error.code == ec::store_corrupt);
  key_table fresh{2};
  auto loaded = fresh.load(*file);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ec::store_corrupt);
  CHECK(loaded.error().detail.find("position 1") != std::string::npos);
}
