#include "storage/embedded/database.hpp"
#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

using namespace registrar;

namespace {

namespace fs = std::filesystem;

/// Every file of a directory with its bytes.
std::map<std::string, std::string> content_of(const fs::path& directory) {
  std::map<std::string, std::string> result;
  for (const auto& file : fs::directory_iterator{directory}) {
    std::ifstream in{file.path(), std::ios::binary};
    result[file.path().filename().string()]
      = std::string{std::istreambuf_iterator<char>{in}, {}};
  }
  return result;
}

void make_numbers(const fs::path& path, int count) {
  auto db = database::open(path, database::mode::write);
  REQUIRE(db);
  REQUIRE(db->execute("create table numbers (x integer) strict"));
  for (int i = 0; i < count; ++i)
    REQUIRE(db->execute("insert into numbers values (1)"));
}

} // namespace

TEST_CASE("what was not committed is not there") {
  temporary_directory directory;
  auto path = directory.path() / "some.db";
  make_numbers(path, 1);
  auto db = database::open(path, database::mode::write);
  REQUIRE(db);
  {
    transaction work{*db};
    REQUIRE(work.begin());
    REQUIRE(db->execute("insert into numbers values (2)"));
  }
  CHECK(*db->ask("select count(*) from numbers") == 1);
  transaction work{*db};
  REQUIRE(work.begin());
  REQUIRE(db->execute("insert into numbers values (2)"));
  REQUIRE(work.commit());
  CHECK(*db->ask("select count(*) from numbers") == 2);
}

TEST_CASE("file names are taken as they are") {
  temporary_directory directory;
  auto odd = directory.path() / "a b?mode=ro#%41";
  fs::create_directory(odd);
  make_numbers(odd / "some.db", 1);
  CHECK(fs::exists(odd / "some.db"));
}

TEST_CASE("reading a stopped file changes nothing and leaves nothing") {
  temporary_directory directory;
  auto path = directory.path() / "some.db";
  make_numbers(path, 3);
  auto before = content_of(directory.path());
  {
    auto db = database::open(path, database::mode::read_stopped);
    REQUIRE(db);
    CHECK(*db->ask("select count(*) from numbers") == 3);
    CHECK_FALSE(db->execute("insert into numbers values (4)"));
  }
  CHECK(content_of(directory.path()) == before);
}

TEST_CASE("reading after a crash sees what its log holds and keeps the log") {
  temporary_directory lived;
  temporary_directory crashed;
  auto db = database::open(lived.path() / "some.db", database::mode::write);
  REQUIRE(db);
  REQUIRE(db->execute("create table numbers (x integer) strict"));
  REQUIRE(db->execute("insert into numbers values (1)"));
  // What a killed process leaves: the files as they are, without a close.
  for (const auto* name : {"some.db", "some.db-wal"})
    fs::copy_file(lived.path() / name, crashed.path() / name);
  auto before = content_of(crashed.path());
  {
    auto copy = database::open(crashed.path() / "some.db",
                               database::mode::read_stopped);
    REQUIRE(copy);
    CHECK(*copy->ask("select count(*) from numbers") == 1);
  }
  auto after = content_of(crashed.path());
  CHECK(after["some.db"] == before["some.db"]);
  CHECK(after["some.db-wal"] == before["some.db-wal"]);
}

TEST_CASE("writers of one file take turns in the order in which they came") {
  fair_lock lock;
  constexpr int waiters = 4;
  std::vector<int> order;
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  lock.lock();
  for (int i = 0; i < waiters; ++i) {
    threads.emplace_back([&, i] {
      while (next != i)
        std::this_thread::yield();
      lock.lock([&] { ++next; });
      order.push_back(i);
      lock.unlock();
    });
  }
  while (next != waiters)
    std::this_thread::yield();
  CHECK(order.empty());
  lock.unlock();
  for (auto& x : threads)
    x.join();
  CHECK(order == std::vector<int>{0, 1, 2, 3});
}

TEST_CASE("a writer is not starved by one that never rests") {
  temporary_directory directory;
  auto path = directory.path() / "some.db";
  make_numbers(path, 0);
  std::atomic<bool> is_over = false;
  std::atomic<bool> is_busy = false;
  std::thread restless{[&] {
    auto db = database::open(path, database::mode::write);
    REQUIRE(db);
    while (!is_over) {
      transaction work{*db};
      REQUIRE(work.begin());
      REQUIRE(db->execute("insert into numbers values (1)"));
      is_busy = true;
      REQUIRE(work.commit());
    }
  }};
  while (!is_busy)
    std::this_thread::yield();
  auto db = database::open(path, database::mode::write);
  REQUIRE(db);
  for (int i = 0; i < 20; ++i) {
    transaction work{*db};
    REQUIRE(work.begin());
    REQUIRE(db->execute("insert into numbers values (2)"));
    REQUIRE(work.commit());
  }
  is_over = true;
  restless.join();
  CHECK(*db->ask("select count(*) from numbers where x = 2") == 20);
}
