#include "tests/unit/embedded/embedded_fixture.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using registrar::test::embedded_ledger;
using registrar::test::full_disk;
using registrar::test::id;

namespace {

seat_status status_of(const seat_ledger::decision& x) {
  REQUIRE(x.answer.error.code == ec::none);
  return x.answer.outcomes.at(0).status;
}

} // namespace

TEST_CASE_FIXTURE(embedded_ledger,
                  "an effect whose commit failed is not there, and its retry "
                  "is decided afresh") {
  REQUIRE(status_of(run({registers(1, 1)})) == seat_status::enrolled);
  auto before = rows();
  auto known = entries();
  {
    full_disk full{journal_size()};
    auto refused = run({drops(1, 2)});
    CHECK(refused.answer.error.code == ec::store_write_failed);
    CHECK(refused.answer.outcomes.empty());
    CHECK(refused.entries.empty());
    // As long as nothing can be written, nothing is decided or shown.
    CHECK(run({registers(2, 3)}).answer.error.code != ec::none);
    auto which = id<section_id>(1);
    CHECK_FALSE(stores->ledger().rows({&which, 1}));
  }
  CHECK(rows() == before);
  CHECK(entries() == known);
  CHECK(stores->ledger().current_epoch()->number == owner.number);
  // The same request: what failed left no memo behind.
  auto retried = run({drops(1, 2)});
  CHECK(status_of(retried) == seat_status::dropped);
  CHECK(retried.entries.at(0).after.sequence == before.header.sequence + 1);
  // What was decided before is remembered.
  CHECK(status_of(run({registers(1, 1)})) == seat_status::enrolled);
  CHECK(rows().roster.empty());
  start();
  CHECK(rows().roster.empty());
}

TEST_CASE_FIXTURE(embedded_ledger,
                  "a group whose commit failed is void as a whole") {
  REQUIRE(status_of(run({registers(1, 1)})) == seat_status::enrolled);
  begin_key begin;
  begin.scope = {id<student_id>(2), route::register_sections, "k"};
  begin.ttl = std::chrono::hours{24};
  complete_key complete;
  complete.scope = begin.scope;
  complete.response = "enrolled";
  {
    auto full = std::make_unique<full_disk>(journal_size());
    REQUIRE(stores->commit_group().open());
    CHECK(status_of(run({registers(2, 2)}, 2)) == seat_status::enrolled);
    CHECK(status_of(run({drops(1, 3)})) == seat_status::dropped);
    CHECK(stores->keys().begin({&begin, 1}, now).at(0).state
          == key_state::begun);
    CHECK(stores->keys().complete({&complete, 1}, now).at(0).accepted);
    auto committed = stores->commit_group().commit();
    REQUIRE_FALSE(committed);
    CHECK(committed.error().code == ec::store_write_failed);
  }
  CHECK(rows().roster.size() == 1);
  CHECK(stores->ledger().headers()->size() == 1);
  CHECK(entries().size() == 2);
  // The answer was not stored; the attempt runs on and may complete again.
  auto found = stores->keys().look_up(begin.scope, now);
  REQUIRE(found);
  CHECK(found->state == key_state::in_flight);
  CHECK(found->response.empty());
  CHECK(stores->keys().complete({&complete, 1}, now).at(0).accepted);
  start();
  CHECK(stores->keys().look_up(begin.scope, now)->response == "enrolled");
}

TEST_CASE_FIXTURE(embedded_ledger,
                  "an append that failed in the middle of a batch leaves none "
                  "of its entries, nor of the batches beside it") {
  REQUIRE(status_of(run({registers(1, 1)})) == seat_status::enrolled);
  auto last = ask_journal("select max(position) from entries");
  change_journal("create trigger full before insert on entries when "
                 "new.position = "
                 + std::to_string(last + 4)
                 + " begin select raise(abort, 'no more'); end");
  std::vector batches{batch_of({registers(3, 3)}, 2),
                      batch_of({registers(4, 4), drops(1, 5)})};
  REQUIRE(stores->commit_group().open());
  for (const auto& x : stores->ledger().execute(batches, now))
    CHECK(x.answer.error.code != ec::none);
  // The group is spoiled: what follows in it is not decided.
  CHECK(run({registers(5, 6)}).answer.error.code != ec::none);
  CHECK_FALSE(stores->commit_group().commit());
  change_journal("drop trigger full");
  CHECK(rows().roster.size() == 1);
  CHECK(rows().waitlist.empty());
  CHECK(stores->ledger().headers()->size() == 1);
  for (const auto& x : stores->ledger().execute(batches, now))
    CHECK(x.answer.error.code == ec::none);
  CHECK(rows().roster.at(0).student == id<student_id>(4));
}

TEST_CASE_FIXTURE(embedded_ledger,
                  "standing survives a failed commit, and no position of the "
                  "journal is given twice") {
  REQUIRE(status_of(run({registers(1, 1), registers(2, 2)}))
          == seat_status::enrolled);
  std::pair<student_id, bool> left{id<student_id>(2), false};
  REQUIRE(stores->ledger().set_standing({&left, 1}));
  {
    full_disk full{journal_size()};
    CHECK(run({drops(1, 3)}).answer.error.code != ec::none);
  }
  auto last = ask_journal("select max(position) from entries");
  auto decided = run({drops(1, 3)});
  REQUIRE(decided.entries.size() == 2);
  CHECK(decided.entries[1].kind == entry_kind::removed_from_waitlist);
  // The failed one took a position that a reader may have seen.
  CHECK(ask_journal("select max(position) from entries") > last + 2);
}

TEST_CASE_FIXTURE(embedded_ledger, "a fence that was not written is not set") {
  {
    full_disk full{journal_size()};
    CHECK_FALSE(stores->ledger().fence({2, 2}));
  }
  CHECK(*stores->ledger().current_epoch() == owner);
  CHECK(status_of(run({registers(1, 1)})) == seat_status::enrolled);
}

TEST_CASE_FIXTURE(embedded_ledger,
                  "a section of which SQL has more than the journal is refused "
                  "alone") {
  run({registers(1, 1)});
  run({registers(1, 2)}, 2);
  carry();
  stores.reset();
  change_journal("delete from entries where position = (select max(position) "
                 "from entries)");
  start();
  CHECK(run({registers(2, 3)}, 2).answer.error.code == ec::ledger_behind);
  auto which = id<section_id>(2);
  CHECK(stores->ledger().rows({&which, 1}).error().code == ec::ledger_behind);
  CHECK(stores->ledger().headers()->size() == 1);
  CHECK(status_of(run({drops(1, 4)})) == seat_status::dropped);
}

TEST_CASE_FIXTURE(embedded_ledger,
                  "a journal that is not what was written is refused with the "
                  "place") {
  run({registers(1, 1), registers(2, 2)});
  auto last = ask_journal("select max(position) from entries");
  auto where = " where position = " + std::to_string(last);
  auto is_refused = [&](const std::string& what, const std::string& word) {
    stores.reset();
    change_journal("create table kept as select * from entries" + where + ";"
                   + what + where);
    auto opened = open();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ec::store_corrupt);
    CHECK_MESSAGE(opened.error().detail.find(word) != std::string::npos,
                  opened.error().detail);
    change_journal("delete from entries" + where
                   + "; insert into entries select * from kept; drop table "
                     "kept");
    start();
  };
  auto place = "position " + std::to_string(last);
  is_refused("update entries set payload = zeroblob(length(payload))", place);
  is_refused("update entries set payload = x''", place);
  is_refused("update entries set sequence = sequence + 1", place);
  is_refused("update entries set section = zeroblob(16)", place);
  is_refused("update entries set memo_expires = 1", place);
  CHECK(rows().waitlist.size() == 1);
}

TEST_CASE_FIXTURE(embedded_ledger,
                  "a hole in the journal beyond SQL's cursor is refused") {
  run({registers(1, 1), registers(2, 2), drops(1, 3)});
  stores.reset();
  change_journal("delete from entries where sequence = 3");
  auto opened = open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ec::store_corrupt);
  CHECK(opened.error().detail.find("does not follow") != std::string::npos);
}

TEST_CASE_FIXTURE(embedded_ledger,
                  "rows of SQL that the journal's last entry contradicts are "
                  "refused") {
  run({registers(1, 1), registers(2, 2)});
  carry();
  stores.reset();
  auto db = database::open(path, database::mode::write);
  REQUIRE(db);
  REQUIRE(db->execute("update registrations set student_id = '"
                      + id<student_id>(3).to_string() + "'"));
  auto opened = open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ec::store_corrupt);
  CHECK(opened.error().detail.find("digest") != std::string::npos);
}
