#include "tests/unit/postgres/pg_fixture.hpp"

#include <string>
#include <thread>

using namespace registrar;
using registrar::test::id;
using registrar::test::must_have;
using registrar::test::pg_history;

namespace {

constexpr auto foreign_key_violation = "23503";
constexpr auto unused = 4;

std::string text(const student_id& x) {
  return "'" + x.to_string() + "'";
}

std::string text(const section_id& x) {
  return "'" + x.to_string() + "'";
}

/// Student 1 is enrolled in section 1, student 2 waits there.
struct pg_references : pg_history {
  pg_references() {
    REQUIRE(apply({next(entry_kind::enrolled, 1, 1),
                   next(entry_kind::waitlisted, 2, 2)})
            == ec::none);
  }

  std::string enrol(std::uint64_t student, std::uint64_t section) {
    return "insert into registrations (registration_id, student_id, "
           "section_id, status, registration_date, sequence, request_id, "
           "created_at, updated_at) values (gen_random_uuid(), "
           + text(id<student_id>(student)) + ", "
           + text(id<section_id>(section))
           + ", 'dropped', now(), 1, gen_random_uuid(), now(), now())";
  }

  std::string wait(std::uint64_t student, std::uint64_t section) {
    return "insert into waitlist (waitlist_id, student_id, section_id, "
           "position, timestamp, request_id, created_at, updated_at) values "
           "(gen_random_uuid(), "
           + text(id<student_id>(student)) + ", "
           + text(id<section_id>(section))
           + ", 1, now(), gen_random_uuid(), now(), now())";
  }

  static std::string remove(std::uint64_t student) {
    return "delete from students where student_id = "
           + text(id<student_id>(student));
  }

  std::string sqlstate_of(const std::string& sql) {
    auto db = connect();
    auto ran = db.execute(sql);
    return ran ? "" : db.sqlstate();
  }

  /// What `second` gets that began while `first` was not committed.
  std::string sqlstate_beside(const std::string& first,
                              const std::string& second) {
    auto early = connect();
    must_have(early.begin());
    must_have(early.execute(first));
    std::string result;
    std::thread late{[&] { result = sqlstate_of(second); }};
    auto watching = connect();
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    auto is_blocked = [&] {
      return must_have(
               watching.query("select count(*) from pg_stat_activity where "
                              "wait_event_type = 'Lock' and datname = "
                              "current_database()"))
               .number(0, 0)
             > 0;
    };
    while (!is_blocked() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    auto was_blocked = is_blocked();
    must_have(early.commit());
    late.join();
    CHECK(was_blocked);
    return result;
  }
};

} // namespace

TEST_CASE_FIXTURE(pg_references, "SQL itself refuses a row of a student or a "
                                 "section that is not there") {
  CHECK(sqlstate_of(enrol(unused, 2)) == "");
  CHECK(sqlstate_of(wait(unused, 2)) == "");
  for (const auto& sql : {enrol(77, 2), wait(77, 2), enrol(1, 77), wait(1, 77)})
    CHECK(sqlstate_of(sql) == foreign_key_violation);
}

TEST_CASE_FIXTURE(pg_references,
                  "a student or a section with rows cannot be taken away") {
  for (auto* key : {"students set student_id", "sections set section_id"})
    CHECK(sqlstate_of("update " + std::string{key} + " = gen_random_uuid()")
          == foreign_key_violation);
  for (auto student : {1, 2})
    CHECK(sqlstate_of(remove(static_cast<std::uint64_t>(student)))
          == foreign_key_violation);
  CHECK(sqlstate_of("delete from sections") == foreign_key_violation);
  for (auto* table : {"students", "sections"})
    CHECK(sqlstate_of("truncate " + std::string{table})
          == foreign_key_violation);
  CHECK(sqlstate_of(remove(unused)) == "");
  CHECK(ask("select count(*) from students") == students - 1);
  CHECK(ask("select count(*) from sections") == sections);
}

TEST_CASE_FIXTURE(pg_references,
                  "a row stays with its student and its section") {
  for (auto* table : {"registrations", "waitlist"})
    for (auto* column : {"student_id", "section_id"})
      CHECK(sqlstate_of("update " + std::string{table} + " set " + column
                        + " = gen_random_uuid()")
            == foreign_key_violation);
}

TEST_CASE_FIXTURE(pg_references, "of a row and the end of its student at once "
                                 "the later one is refused") {
  CHECK(sqlstate_beside(enrol(unused, 2), remove(unused))
        == foreign_key_violation);
  CHECK(sqlstate_beside(remove(unused + 1), enrol(unused + 1, 2))
        == foreign_key_violation);
  CHECK(sqlstate_beside(wait(unused + 2, 2), remove(unused + 2))
        == foreign_key_violation);
  CHECK(sqlstate_beside(remove(unused + 3), wait(unused + 3, 2))
        == foreign_key_violation);
}

TEST_CASE_FIXTURE(pg_references, "a snapshot that may be old decides nothing") {
  for (const auto& sql : {enrol(unused, 2), wait(unused, 2), remove(unused)})
    CHECK(
      sqlstate_of("begin isolation level repeatable read; " + sql + "; commit")
      == "0A000");
}

TEST_CASE_FIXTURE(pg_history,
                  "a batch of enrolments changes its section's row once") {
  seats = 9;
  REQUIRE(apply({next(entry_kind::settings_changed)}) == ec::none);
  execute("create table changes (last_sequence bigint); "
          "create function note_change() returns trigger language plpgsql as "
          "$$ begin insert into changes values (new.last_sequence); "
          "return null; end $$; "
          "create trigger note_change after update on sections for each row "
          "execute function note_change()");
  std::vector<journal_entry> batch;
  for (std::uint64_t i = 1; i <= 5; ++i)
    batch.push_back(next(entry_kind::enrolled, i, i));
  REQUIRE(apply(batch) == ec::none);
  CHECK(ask("select count(*) from changes") == 1);
  CHECK(cursor() == sequence);
  CHECK(ask("select enrolled_count from sections where in_ledger") == 5);
  CHECK(ask("select to_ms(updated_at) from sections where in_ledger")
        == batch.back().at.time_since_epoch().count());
}

TEST_CASE_FIXTURE(pg_history, "settings that another wrote into SQL are put "
                              "right by the next enrolment") {
  seats = 9;
  REQUIRE(apply({next(entry_kind::enrolled, 1, 1)}) == ec::none);
  execute("update sections set waitlist_capacity = 3, frozen = true "
          "where in_ledger");
  auto entry = next(entry_kind::enrolled, 2, 2);
  REQUIRE(apply({entry}) == ec::none);
  entry.after.enrolled = 2;
  CHECK(must_have(store->load()).at(0).header == entry.after);
}

TEST_CASE_FIXTURE(pg_history, "a registration that ended may live again") {
  seats = 9;
  REQUIRE(apply({next(entry_kind::enrolled, 1, 1)}) == ec::none);
  REQUIRE(apply({next(entry_kind::dropped, 1, 1)}) == ec::none);
  CHECK(
    apply({next(entry_kind::enrolled, 2, 2), next(entry_kind::enrolled, 1, 1)})
    == ec::none);
  CHECK(cursor() == sequence);
  CHECK(ask("select enrolled_count from sections where in_ledger") == 2);
  CHECK(ask("select count(*) from registrations where dropped_date is not null")
        == 0);
}
