#define CAF_SUITE meters

#include "actors/gateway.hpp"
#include "actors/mailbox_probe.hpp"

#include <thread>

#include "tests/unit/actors/server.hpp"

using namespace actor_tests;

namespace {

std::uint64_t count_of(const spread& x) {
  std::uint64_t result = 0;
  for (std::size_t i = 0; i <= x.bound_count(); ++i)
    result += x.count_in(i);
  return result;
}

struct meters_fixture : server {
  meters_fixture() {
    start();
    uut = std::make_unique<gateway>(sys, settings{}, peers, view);
  }

  ~meters_fixture() override {
    uut.reset();
  }

  const service_meters& meters() const {
    return uut->meters();
  }

  std::uint64_t entries(entry_kind kind) const {
    return meters().ledger_entries[static_cast<std::size_t>(kind)].value();
  }

  void join(int number, int student, std::vector<int> sections) {
    post(number, student, std::move(sections));
    pass(50ms);
    CAF_REQUIRE(is_answered(number));
  }

  std::unique_ptr<gateway> uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_meters, meters_fixture)

CAF_TEST(count what the ledger decided and what SQL took) {
  for (int i = 1; i <= 3; ++i)
    join(i, i, {1});
  drop(4, 1, 1);
  pass(2s);
  // Two seats: the third waits, and is promoted by the drop.
  CAF_CHECK_EQUAL(entries(entry_kind::section_created), 1u);
  CAF_CHECK_EQUAL(entries(entry_kind::enrolled), 2u);
  CAF_CHECK_EQUAL(entries(entry_kind::waitlisted), 1u);
  CAF_CHECK_EQUAL(entries(entry_kind::dropped), 1u);
  CAF_CHECK_EQUAL(entries(entry_kind::promoted), 1u);
  CAF_CHECK_EQUAL(entries(entry_kind::decided), 0u);
  CAF_CHECK_EQUAL(meters().requests_answered.value(), 4u);
  CAF_CHECK_EQUAL(meters().ledger_step_commands.sum(), 4.0);
  CAF_CHECK_EQUAL(count_of(meters().ledger_step_time),
                  count_of(meters().ledger_step_commands));
  CAF_CHECK_EQUAL(meters().sync_transaction_entries.sum(), 6.0);
  CAF_CHECK_EQUAL(meters().notices_written.value(), 1u);
}

CAF_TEST(go on where an actor is restarted) {
  join(1, 1, {1});
  auto commands = meters().ledger_step_commands.sum();
  auto openings = meters().ledger_openings.value();
  kill(peers->ledger[0].get());
  kill(peers->broker.get());
  kill(peers->sync[0].get());
  pass(1s);
  CAF_CHECK_EQUAL(meters().ledger_step_commands.sum(), commands);
  CAF_CHECK_EQUAL(meters().ledger_openings.value(), openings + 1);
  join(2, 2, {1});
  pass(2s);
  CAF_CHECK_EQUAL(meters().ledger_step_commands.sum(), commands + 1);
  CAF_CHECK_EQUAL(meters().requests_answered.value(), 2u);
  CAF_CHECK_EQUAL(entries(entry_kind::enrolled), 2u);
}

CAF_TEST(count a section that died) {
  join(1, 1, {1});
  kill(peers->sections.get(section_of(1)));
  CAF_CHECK_EQUAL(meters().sections_died.value(), 1u);
}

CAF_TEST(say how far SQL is behind while it is down) {
  join(1, 1, {1});
  pass(2s);
  CAF_CHECK_EQUAL(uut->census().oldest_uncommitted.count(), 0);
  auto failures = meters().sync_failures.value();
  wanted->open_sql = true;
  kill(peers->sync[0].get());
  pass(100ms);
  CAF_CHECK_LESS(failures, meters().sync_failures.value());
  wanted->open_sql = false;
  pass(6s);
  wanted->sql = true;
  join(2, 2, {2});
  pass(2s);
  // By the clock of the world: entries bear its times.
  auto lag = [this] { return uut->census().oldest_uncommitted.count(); };
  auto deadline = std::chrono::steady_clock::now() + 20s;
  while (lag() == 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(1ms);
  CAF_CHECK_LESS(0, lag());
  wanted->sql = false;
  pass(10s);
  CAF_CHECK_EQUAL(lag(), 0);
}

CAF_TEST(keep the last word of a worker on its oldest entry while it is away) {
  auto then = now_utc() - 1h;
  peers->set_oldest(0, then);
  kill(peers->sync[0].get());
  CAF_CHECK_LESS_OR_EQUAL(3'600'000, uut->census().oldest_uncommitted.count());
  pass(2s);
  CAF_CHECK_EQUAL(uut->census().oldest_uncommitted.count(), 0);
}

CAF_TEST(say what there is without asking an actor) {
  for (int i = 1; i <= 3; ++i)
    join(i, i, {1});
  pass(1s);
  auto census = uut->census();
  auto content = small_catalogue();
  CAF_CHECK_EQUAL(census.students, content.students.size());
  CAF_CHECK_EQUAL(census.sections_full, 1u);
  CAF_CHECK_EQUAL(census.sections_full + census.sections_open
                    + census.sections_frozen + census.sections_inactive,
                  content.sections.size());
  CAF_CHECK_EQUAL(census.seats_taken, 2u);
  CAF_CHECK_EQUAL(census.students_waiting, 1u);
  CAF_CHECK_EQUAL(census.partitions_owned, partition_count);
  CAF_CHECK_EQUAL(census.leases_held, partition_count);
  CAF_CHECK(census.takes_registrations);
}

CAF_TEST(sample the waits in the mailboxes of those that are busy) {
  join(1, 1, {1});
  pass(3s);
  for (auto role : {actor_role::registration_broker, actor_role::section,
                    actor_role::ledger_worker, actor_role::database_sync,
                    actor_role::journal_reader})
    CAF_CHECK_LESS(
      0u, count_of(meters().mailbox_wait[static_cast<std::size_t>(role)]));
}

CAF_TEST(sample what is late and nothing that is not under way) {
  duration_spread waits;
  mailbox_probe probe;
  auto due = mailbox_probe::time_point{} + 1h;
  probe.handled(due, waits);
  CAF_CHECK_EQUAL(count_of(waits), 0u);
  probe.sent(due);
  probe.handled(due + 250ms, waits);
  probe.handled(due + 300ms, waits);
  CAF_CHECK_EQUAL(count_of(waits), 1u);
  CAF_CHECK_EQUAL(waits.sum(), 0.25);
}

CAF_TEST_FIXTURE_SCOPE_END()
