#include "storage/postgres/sqlstate.hpp"
#include "tests/unit/postgres/pg_fixture.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

using namespace registrar;
using namespace std::chrono_literals;
using registrar::test::id;
using registrar::test::must_have;
using registrar::test::pg_history;
using registrar::test::pg_sql;

namespace {

/// Kills or starts the server; the script says how.
void server(const std::string& what) {
  const auto* directory = std::getenv("REGISTRAR_TEST_POSTGRES_DIRECTORY");
  REQUIRE(directory != nullptr);
  auto command
    = std::string{"python3 "} + POSTGRES_SERVER + " " + what + " " + directory;
  REQUIRE(std::system(command.c_str()) == 0);
}

/// Waits for what must happen; the deadline is reached only on failure.
template <class Condition>
void wait_until(const char* what, Condition condition) {
  auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, what);
    std::this_thread::sleep_for(5ms);
  }
}

void wait_for_a_blocked_session(pg_sql& sql) {
  auto watching = sql.connect();
  wait_until("a session that waits for a lock", [&] {
    auto rows
      = must_have(watching.query("select count(*) from pg_stat_activity where "
                                 "wait_event_type = 'Lock' and datname = "
                                 "current_database()"));
    return rows.number(0, 0) > 0;
  });
}

} // namespace

TEST_CASE("every SQLSTATE is transient or permanent as the design says") {
  for (auto state : {"", "08006", "08P01", "40001", "40P01", "53200", "53300",
                     "55P03", "57014", "57P01", "57P03"})
    CHECK(code_of_sqlstate(state) == ec::dependency_unavailable);
  for (auto state : {"53100", "25006", "58030"})
    CHECK(code_of_sqlstate(state) == ec::store_write_failed);
  for (auto state : {"42P01", "42501", "28P01", "3D000", "3F000", "0A000"})
    CHECK(code_of_sqlstate(state) == ec::store_unusable);
  for (auto state : {"23505", "23503", "23514", "21000"})
    CHECK(code_of_sqlstate(state) == ec::conflict);
  for (auto state : {"22001", "22P02", "22021"})
    CHECK(code_of_sqlstate(state) == ec::invalid_value);
  CHECK(code_of_sqlstate("XX001") == ec::store_corrupt);
}

TEST_CASE_FIXTURE(pg_history,
                  "what was acknowledged survives the server's kill in the "
                  "middle of a stream, and the stream goes on") {
  seats = 1'000'000;
  std::atomic<std::uint64_t> acknowledged{sequence};
  std::atomic<bool> was_killed{false};
  std::atomic<int> failures{0};
  std::vector<journal_entry> all;
  for (std::uint64_t i = 1; i <= 100'000; ++i)
    for (auto kind : {entry_kind::enrolled, entry_kind::dropped})
      all.push_back(next(kind, 1 + i % students, i));
  std::uint64_t enough = all.back().after.sequence;
  std::jthread writer{[&](const std::stop_token& stop) {
    while (!stop.stop_requested() && acknowledged < enough) {
      auto from = static_cast<std::size_t>(acknowledged - 1);
      auto count = std::min<std::size_t>(20, all.size() - from);
      auto applied = store->apply({all.data() + from, count});
      if (applied)
        acknowledged = applied->cursors.at(0).last_sequence;
      else
        ++failures;
    }
  }};
  for (int kills = 0; kills < 3; ++kills) {
    auto before = acknowledged.load();
    wait_until("writes", [&] { return acknowledged > before + 100; });
    auto failed_before = failures.load();
    server("kill");
    auto promised = acknowledged.load();
    server("start");
    auto there = connect();
    auto kept
      = must_have(there.query("select max(last_sequence) from sections"));
    CHECK(static_cast<std::uint64_t>(kept.number(0, 0)) >= promised);
    CHECK(failures > failed_before);
  }
  auto before = acknowledged.load();
  wait_until("writes", [&] { return acknowledged > before; });
  writer.request_stop();
  writer.join();
  CHECK(ask("select count(*) from sections s where enrolled_count <> "
            "(select count(*) from registrations r where r.section_id = "
            "s.section_id and status = 'enrolled')")
        == 0);
  CHECK(cursor() == acknowledged);
}

TEST_CASE_FIXTURE(pg_history, "a lock that is not given back ends in time, and "
                              "the same batch passes afterwards") {
  auto entry = next(entry_kind::enrolled, 1, 1);
  options.statement_timeout = 200ms;
  store = must_have(open_postgres_registrations(options));
  {
    auto holder = connect();
    must_have(holder.begin());
    must_have(holder.execute("select from sections for update"));
    auto refused = store->apply({&entry, 1});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ec::dependency_unavailable);
    CHECK(refused.error().detail.find("57014") != std::string::npos);
  }
  CHECK(apply({entry}) == ec::none);
}

TEST_CASE_FIXTURE(pg_history, "a server that is frozen does not hold a call") {
  options.statement_timeout = 300ms;
  options.connect_timeout = 2s;
  store = must_have(open_postgres_registrations(options));
  auto pid = [&] {
    auto db = connect();
    return must_have(
             db.query("select pid from pg_stat_activity where application_name "
                      "= 'registrar' and pid <> pg_backend_pid() and datname = "
                      "current_database() order by backend_start desc"))
      .number(0, 0);
  }();
  REQUIRE(pid > 0);
  REQUIRE(std::system(("kill -STOP " + std::to_string(pid)).c_str()) == 0);
  auto entry = next(entry_kind::enrolled, 1, 1);
  auto refused = store->apply({&entry, 1});
  REQUIRE(std::system(("kill -CONT " + std::to_string(pid)).c_str()) == 0);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::dependency_unavailable);
  CHECK(refused.error().detail.find("did not answer") != std::string::npos);
  // The next call connects anew.
  CHECK(apply({entry}) == ec::none);
}

TEST_CASE_FIXTURE(pg_history, "a deadlock is transient and heals") {
  auto second = next(entry_kind::section_created);
  second.after.section = id<section_id>(2);
  second.after.sequence = 1;
  must_have(store->apply({&second, 1}));
  --sequence;
  std::vector<journal_entry> both{next(entry_kind::enrolled, 1, 1), second};
  both[1].kind = entry_kind::settings_changed;
  both[1].after.sequence = 2;
  // Against the order in which we lock.
  auto other = connect();
  must_have(other.begin());
  auto lock = [&](std::uint64_t section) {
    return other.execute("select from sections where section_id = '"
                         + id<section_id>(section).to_string()
                         + "' for update");
  };
  must_have(lock(2));
  ec outcome = ec::none;
  std::thread writer{[&] { outcome = apply(both); }};
  wait_for_a_blocked_session(*this);
  auto locked = lock(1);
  other.roll_back();
  writer.join();
  // Either may be the victim.
  auto ours = outcome == ec::dependency_unavailable;
  auto theirs = !locked && locked.error().code == ec::dependency_unavailable;
  CHECK(ours != theirs);
  CHECK(apply(both) == ec::none);
  CHECK(cursor() == 2);
}

TEST_CASE_FIXTURE(pg_history, "a serialization failure is transient") {
  auto one = connect();
  auto two = connect();
  for (auto* db : {&one, &two}) {
    must_have(db->execute("begin isolation level repeatable read"));
    must_have(db->execute("select count(*) from sections"));
  }
  must_have(one.execute("update sections set meetings = 'x'; commit"));
  auto refused = two.execute("update sections set meetings = 'y'");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::dependency_unavailable);
  CHECK(two.sqlstate() == "40001");
}

TEST_CASE_FIXTURE(pg_history, "a schema that is gone is transient") {
  execute("alter schema public rename to away");
  CHECK(apply({next(entry_kind::enrolled, 1, 1)}) == ec::store_unusable);
  CHECK_FALSE(store->ping());
  CHECK_FALSE(open_postgres_registrations(options));
  --sequence;
  execute("alter schema away rename to public");
  CHECK(apply({next(entry_kind::enrolled, 1, 1)}) == ec::none);
}

TEST_CASE_FIXTURE(pg_history, "a database that is read-only is transient") {
  execute("alter database \"" + name()
          + "\" set default_transaction_read_only = on");
  store = must_have(open_postgres_registrations(options));
  CHECK(apply({next(entry_kind::enrolled, 1, 1)}) == ec::store_write_failed);
  CHECK(cursor() == 1);
}

TEST_CASE_FIXTURE(pg_history, "rights that were taken away are transient") {
  execute("create role \"r" + name()
          + "\"; grant select on all tables in "
            "schema public to \"r"
          + name() + "\"");
  options.url += "?options=-crole%3Dr" + name();
  store = must_have(open_postgres_registrations(options));
  auto entry = next(entry_kind::enrolled, 1, 1);
  auto refused = store->apply({&entry, 1});
  REQUIRE_FALSE(refused);
  INFO(refused.error().detail);
  CHECK(refused.error().code == ec::store_unusable);
  store.reset();
  auto admin = must_have(connection::open({test::server_url()}));
  auto base = options.url.substr(0, options.url.find('?'));
  auto db = must_have(connection::open({base}));
  must_have(db.execute("drop owned by \"r" + name() + "\"; drop role \"r"
                       + name() + "\""));
}

TEST_CASE_FIXTURE(pg_history, "a session that was ended is opened anew") {
  execute("select pg_terminate_backend(pid) from pg_stat_activity "
          "where datname = current_database() and pid <> pg_backend_pid()");
  auto entry = next(entry_kind::enrolled, 1, 1);
  CHECK(apply({entry}) == ec::dependency_unavailable);
  CHECK(apply({entry}) == ec::none);
}

TEST_CASE("parameters of the URL reach libpq") {
  test::pg_database db;
  auto url = db.options.url;
  auto refused = connection::open({url + "?sslmode=require"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::dependency_unavailable);
  CHECK(refused.error().detail.find("SSL") != std::string::npos);
  db.options.url = url + "?sslmode=disable&application_name=mine";
  CHECK(db.ask("select count(*) from pg_stat_activity "
               "where application_name = 'mine' and pid = pg_backend_pid()")
        == 1);
}
