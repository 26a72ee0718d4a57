#include "tests/unit/postgres/pg_fixture.hpp"

#include <vector>

using namespace registrar;
using registrar::test::id;
using registrar::test::must_have;
using registrar::test::pg_history;

TEST_CASE_FIXTURE(pg_history,
                  "SQL itself refuses an enrolment above the capacity") {
  CHECK(
    apply({next(entry_kind::enrolled, 1, 1), next(entry_kind::enrolled, 2, 2)})
    == ec::conflict);
  CHECK(cursor() == 1);
  CHECK(ask("select count(*) from registrations") == 0);
}

TEST_CASE_FIXTURE(pg_history,
                  "a capacity that was cut is legal, one enrolment more not") {
  seats = 3;
  CHECK(
    apply({next(entry_kind::enrolled, 1, 1), next(entry_kind::enrolled, 2, 2),
           next(entry_kind::enrolled, 3, 3)})
    == ec::none);
  seats = 1;
  CHECK(apply({next(entry_kind::settings_changed)}) == ec::none);
  CHECK(apply({next(entry_kind::dropped, 1, 1)}) == ec::none);
  CHECK(apply({next(entry_kind::enrolled, 4, 4)}) == ec::conflict);
  CHECK(ask("select enrolled_count from sections where in_ledger") == 2);
  CHECK(ask("select total_seats from sections where in_ledger") == 1);
}

TEST_CASE_FIXTURE(pg_history,
                  "SQL itself refuses a student who lives there already") {
  seats = 9;
  CHECK(apply({next(entry_kind::enrolled, 1, 1)}) == ec::none);
  for (auto kind : {entry_kind::enrolled, entry_kind::waitlisted}) {
    CHECK(apply({next(kind, 1, 2)}) == ec::conflict);
    --sequence;
  }
  CHECK(apply({next(entry_kind::waitlisted, 2, 3)}) == ec::none);
  for (auto kind : {entry_kind::enrolled, entry_kind::waitlisted}) {
    CHECK(apply({next(kind, 2, 4)}) == ec::conflict);
    --sequence;
  }
  CHECK(cursor() == 3);
}

TEST_CASE_FIXTURE(pg_history, "a row of nobody known is refused") {
  CHECK(apply({next(entry_kind::enrolled, 77, 1)}) == ec::conflict);
}

TEST_CASE_FIXTURE(pg_history, "one registration is of one student only") {
  seats = 9;
  CHECK(apply({next(entry_kind::enrolled, 1, 1)}) == ec::none);
  CHECK(apply({next(entry_kind::enrolled, 2, 1)}) == ec::conflict);
}

TEST_CASE_FIXTURE(pg_history,
                  "a section that SQL lacks is said, not passed over") {
  auto stray = next(entry_kind::section_created);
  stray.after.section = id<section_id>(99);
  stray.after.sequence = 1;
  CHECK(apply({stray}) == ec::store_corrupt);
}

TEST_CASE_FIXTURE(pg_history,
                  "a student who comes, goes and comes back in one batch is "
                  "one row of each registration") {
  CHECK(
    apply({next(entry_kind::enrolled, 1, 1), next(entry_kind::dropped, 1, 1),
           next(entry_kind::enrolled, 1, 2), next(entry_kind::dropped, 1, 2),
           next(entry_kind::enrolled, 1, 3)})
    == ec::none);
  CHECK(ask("select count(*) from registrations where status = 'dropped' "
            "and dropped_date = registration_date + interval '1 s'")
        == 2);
  CHECK(must_have(store->load()).at(0).roster.at(0).registration
        == id<registration_id>(3));
}

TEST_CASE_FIXTURE(pg_history,
                  "times, texts and settings come back as they went in") {
  auto entry = next(entry_kind::enrolled, 1, 1);
  entry.at = timestamp{std::chrono::milliseconds{1'790'000'000'123}};
  entry.after.settings.waitlist_capacity = 7;
  entry.after.settings.is_active = false;
  entry.after.settings.is_frozen = true;
  entry.after.settings.version = 1ull << 40;
  entry.after.enrolled = 1;
  CHECK(apply({entry}) == ec::none);
  auto rows = must_have(store->load()).at(0);
  CHECK(rows.header == entry.after);
  CHECK(rows.roster.at(0).since == entry.at);
  auto gone = next(entry_kind::withdrawn, 1, 1);
  gone.failure_reason = "a \"quoted\" \\ {reason}, with 'all', NULL";
  CHECK(apply({gone}) == ec::none);
  auto failed
    = must_have(store->failed_registrations(id<student_id>(1), timestamp{}));
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].reason == gone.failure_reason);
  CHECK(failed[0].at == gone.at);
}

TEST_CASE_FIXTURE(pg_history,
                  "a projection puts rows, dates and a wrong count right") {
  seats = 5;
  CHECK(
    apply({next(entry_kind::enrolled, 1, 1), next(entry_kind::enrolled, 2, 2),
           next(entry_kind::waitlisted, 3, 3)})
    == ec::none);
  auto before = must_have(store->load()).at(0);
  execute("delete from waitlist");
  execute("update registrations set status = 'dropped', dropped_date = now() "
          "where student_id = '"
          + id<student_id>(2).to_string() + "'");
  execute("update sections set enrolled_count = 0 where in_ledger");
  before.header.settings.total_seats = 1;
  must_have(store->project(before));
  CHECK(must_have(store->load()).at(0) == before);
  CHECK(ask("select count(*) from registrations where dropped_date is not null")
        == 0);
}

TEST_CASE_FIXTURE(pg_history, "a former owner's write is refused") {
  auto partition = partition_of(id<section_id>(1));
  partition_epoch old_owner{partition, {3, 77}};
  partition_epoch new_owner{partition, {4, ~0ull}};
  must_have(store->fence({&old_owner, 1}));
  auto other = must_have(open_postgres_registrations(options));
  auto entry = next(entry_kind::enrolled, 1, 1);
  // The same owner's other connections.
  must_have(other->fence({&old_owner, 1}));
  must_have(other->fence({&new_owner, 1}));
  CHECK(must_have(other->highest_epoch()) == 4);
  CHECK(apply({entry}) == ec::fenced);
  CHECK(store->fence({&old_owner, 1}).error().code == ec::fenced);
  CHECK(must_have(other->apply({&entry, 1})).cursors.at(0).last_sequence == 2);
  auto rows = must_have(other->load()).at(0);
  CHECK(store->project(rows).error().code == ec::fenced);
  must_have(other->project(rows));
  auto stray = entry;
  stray.after.section = id<section_id>(2);
  if (partition_of(stray.after.section) != partition)
    CHECK(other->apply({&stray, 1}).error().code == ec::fenced);
}

TEST_CASE_FIXTURE(pg_history, "a notice that comes twice is one row") {
  notification notice;
  notice.student = id<student_id>(1);
  notice.section = id<section_id>(1);
  notice.registration = id<registration_id>(1);
  notice.kind = "promoted";
  notice.sequence = 4;
  std::vector<notification> twice{notice, notice};
  must_have(store->notify(twice));
  must_have(store->notify(twice));
  CHECK(ask("select count(*) from notifications") == 1);
}

TEST_CASE_FIXTURE(pg_history, "a database takes one ledger's id for good") {
  CHECK_FALSE(must_have(read_postgres_ledger_id(options)));
  auto first = uuid::random();
  CHECK(must_have(claim_postgres_ledger_id(options, first)) == first);
  CHECK(must_have(claim_postgres_ledger_id(options, uuid::random())) == first);
  CHECK(must_have(read_postgres_ledger_id(options)) == first);
}
