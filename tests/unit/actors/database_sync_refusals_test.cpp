#define CAF_SUITE database_sync_refusals

#include "tests/unit/actors/database_sync_fixture.hpp"

using namespace actor_tests;

namespace {

/// The student of the entry before, once more: SQL refuses a second live row.
journal_entry second_enrolment(int section, std::uint64_t sequence) {
  auto x = entry_of(section, sequence);
  x.student = student_of(static_cast<int>(sequence) - 1);
  return x;
}

struct refusal_fixture : sync_fixture {
  /// The ledger has taken back what it was asked for last.
  void take_back(int section, std::uint64_t number) {
    batch_decided x;
    x.header.section = section_of(section);
    x.number = number;
    self->send(uut, std::move(x));
    pass(gathered);
  }

  std::size_t letters() {
    return factory->sql->letters.size();
  }

  /// A section whose third entry SQL refuses.
  void bring_refused(int section) {
    auto entries = entries_of(section, 1, 3);
    entries[2] = second_enrolment(section, 3);
    bring(std::move(entries));
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(what_sql_refuses, refusal_fixture)

CAF_TEST(is taken back by the ledger before its dead letter is written) {
  start();
  bring_refused(1);
  CAF_REQUIRE_EQUAL(ledger->batches.size(), 1u);
  const auto& batch = ledger->batches[0];
  CAF_CHECK(batch.section == section_of(1));
  CAF_REQUIRE_EQUAL(batch.commands.size(), 1u);
  CAF_CHECK(batch.commands[0].kind == command_kind::withdraw);
  CAF_CHECK(batch.commands[0].registration == entry_of(1, 3).registration);
  CAF_CHECK_EQUAL(letters(), 0u);
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  take_back(1, 3);
  CAF_CHECK_EQUAL(letters(), 1u);
  CAF_CHECK_EQUAL(in_sql(1), 3u);
}

CAF_TEST(holds up no other section) {
  start();
  auto entries = entries_of(1, 1, 3);
  entries[2] = second_enrolment(1, 3);
  for (auto& x : entries_of(2, 1, 4))
    entries.push_back(std::move(x));
  bring(std::move(entries));
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  CAF_CHECK_EQUAL(in_sql(2), 4u);
}

CAF_TEST(lets its section go on behind it) {
  start();
  bring_refused(1);
  // What comes meanwhile stays in the journal, and is read from there.
  bring(entries_of(1, 4, 5));
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  log->gaps.clear();
  take_back(1, 3);
  CAF_REQUIRE(!log->gaps.empty());
  CAF_CHECK_EQUAL(log->gaps.back().after, 3u);
  bring(entries_of(1, 4, 5));
  CAF_CHECK_EQUAL(in_sql(1), 5u);
}

CAF_TEST(is asked for again under the same request id until it is done) {
  start();
  bring_refused(1);
  pass(3s);
  CAF_REQUIRE(ledger->batches.size() > 1);
  CAF_CHECK(ledger->batches[0].commands[0].request
            == ledger->batches.back().commands[0].request);
  batch_decided failed;
  failed.error = {ec::dependency_unavailable, "The ledger is down."};
  failed.header.section = section_of(1);
  failed.number = 3;
  self->send(uut, failed);
  pass(gathered);
  CAF_CHECK_EQUAL(letters(), 0u);
  take_back(1, 3);
  CAF_CHECK_EQUAL(letters(), 1u);
}

CAF_TEST(is no registration and so is replaced by the rows of the ledger) {
  start();
  auto entries = entries_of(1, 1, 3);
  entries[2].kind = wanted->refused_kind = entry_kind::dropped;
  bring(std::move(entries));
  CAF_CHECK_EQUAL(letters(), 1u);
  CAF_CHECK(ledger->batches.empty());
  // The silent ledger has the section at sequence 7.
  CAF_CHECK_EQUAL(in_sql(1), 7u);
}

CAF_TEST(is given up together with those rows however late they come) {
  start();
  peers->ledger[0].set({});
  auto entries = entries_of(1, 1, 3);
  entries[2].kind = wanted->refused_kind = entry_kind::dropped;
  bring(std::move(entries));
  pass(3s);
  // A cursor past the entry would say that SQL has it.
  CAF_CHECK_EQUAL(letters(), 0u);
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  start_ledger();
  pass(3s);
  CAF_CHECK_EQUAL(letters(), 1u);
  CAF_CHECK_EQUAL(in_sql(1), 7u);
}

CAF_TEST(is given up with those rows or not at all) {
  start();
  wanted->projections = false;
  auto entries = entries_of(1, 1, 3);
  entries[2].kind = wanted->refused_kind = entry_kind::dropped;
  bring(std::move(entries));
  pass(3s);
  CAF_CHECK_EQUAL(letters(), 0u);
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  wanted->projections = true;
  // The worker that knew of it is gone, the entry comes again.
  kill();
  start();
  entries = entries_of(1, 1, 3);
  entries[2].kind = entry_kind::dropped;
  bring(std::move(entries));
  CAF_CHECK_EQUAL(letters(), 1u);
  CAF_CHECK_EQUAL(in_sql(1), 7u);
}

CAF_TEST(stops the pool where it is too much) {
  start();
  for (int section = 1; section <= 11; ++section) {
    bring_refused(section);
    take_back(section, 3);
  }
  CAF_CHECK_EQUAL(letters(), 10u);
  CAF_CHECK_EQUAL(state(), "stopped");
  CAF_CHECK(peers->refusals.is_stopped());
  CAF_CHECK(ping_it().code != ec::none);
  // SQL was repaired: the row in the way is gone.
  auto& rows = factory->sql->sections;
  rows.erase(section_of(11));
  bring(entries_of(11, 1, 3));
  pass(40s);
  bring(entries_of(11, 1, 3));
  pass(2s);
  CAF_CHECK(!peers->refusals.is_stopped());
  CAF_CHECK_EQUAL(state(), "running");
  CAF_CHECK_EQUAL(letters(), 10u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(the budget of refusals counts the last minute only) {
  refusal_budget uut;
  refusal_budget::time_point now{};
  CAF_CHECK(uut.take(limits::refusals_max, now));
  CAF_CHECK(uut.take(1, now + limits::refusal_period));
  CAF_CHECK(!uut.is_stopped());
  CAF_CHECK(!uut.take(limits::refusals_max, now + limits::refusal_period));
  CAF_CHECK(uut.is_stopped());
  uut.resume();
  CAF_CHECK(uut.take(1, now + 2 * limits::refusal_period));
}
