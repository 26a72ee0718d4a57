#define CAF_SUITE ledger_shares

#include "actors/ledger_worker.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <algorithm>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

/// Two ledger workers of one server.

namespace {

struct shares_fixture : test_coordinator_fixture<> {
  shares_fixture() {
    view->load(small_catalogue());
  }

  ~shares_fixture() override {
    for (std::size_t i = 0; i < 2; ++i)
      end(i);
  }

  void start(std::size_t index, const settings& config = {}) {
    workers[index] = sys.spawn(ledger_worker, index, config, peers,
                               std::shared_ptr<store_factory>{ledgers[index]},
                               std::shared_ptr<const catalogue_view>{view});
    peers->ledger[index].set(workers[index]);
    consume_messages();
  }

  void end(std::size_t index) {
    caf::anon_send_exit(workers[index], caf::exit_reason::user_shutdown);
    peers->ledger[index].clear();
    consume_messages();
  }

  /// A section that the worker decides, the number-th.
  static section_id section_at(std::uint32_t worker, int number = 0) {
    partition_share share{worker, 2};
    for (int i = 1;; ++i)
      if (share.has(partition_of(section_of(i))) && number-- == 0)
        return section_of(i);
  }

  /// Registers a student in a section at its worker.
  void enrol(const section_id& section, int number) {
    decide_batch x;
    auto partition = partition_of(section);
    x.section = section;
    x.owner = peers->owner(partition);
    x.may_create = true;
    x.initial.total_seats = 2;
    x.commands.push_back(seat_for(number, number).command);
    caf::anon_send(peers->ledger_of(partition).get(), std::move(x));
    consume_messages();
  }

  std::vector<section_header> held_by(std::size_t index) {
    return *ledgers[index]->ledger.open()->ledger().headers();
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1, 2);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::array<std::shared_ptr<test_factory>, 2> ledgers{
    std::make_shared<test_factory>(), std::make_shared<test_factory>()};
  std::array<ledger_worker_actor, 2> workers;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(two_ledger_workers, shares_fixture)

CAF_TEST(decide each in partitions of its own) {
  start(0);
  start(1);
  enrol(section_at(0), 1);
  enrol(section_at(1), 2);
  CAF_REQUIRE_EQUAL(held_by(0).size(), 1u);
  CAF_REQUIRE_EQUAL(held_by(1).size(), 1u);
  CAF_CHECK(held_by(0)[0].section == section_at(0));
  CAF_CHECK(held_by(1)[0].section == section_at(1));
}

CAF_TEST(own their partitions apart) {
  start(0);
  CAF_CHECK(peers->owner(0) != epoch{});
  CAF_CHECK(peers->owner(1) == epoch{});
  start(1);
  CAF_CHECK(peers->owner(1) != epoch{});
  for (std::uint32_t p = 2; p < partition_count; ++p)
    CAF_CHECK(peers->owner(p) == peers->owner(p % 2));
}

CAF_TEST(close registrations together beyond one bound) {
  settings config;
  // A creation and an enrolment each.
  config.uncommitted_entries_max = 4;
  start(0, config);
  start(1, config);
  enrol(section_at(0), 1);
  CAF_CHECK(peers->takes_registrations.load());
  enrol(section_at(1), 2);
  CAF_CHECK_EQUAL(peers->uncommitted.load(), 4u);
  CAF_CHECK(!peers->takes_registrations.load());
  self->send(workers[0], entries_committed{{{section_at(0), 2}}});
  consume_messages();
  CAF_CHECK_EQUAL(peers->uncommitted.load(), 2u);
  CAF_CHECK(peers->takes_registrations.load());
}

CAF_TEST(take what they counted with them) {
  start(0);
  start(1);
  enrol(section_at(0), 1);
  enrol(section_at(1), 2);
  end(0);
  CAF_CHECK_EQUAL(peers->uncommitted.load(), 2u);
  start(0);
  // It looks at its ledger, and SQL has said nothing yet.
  CAF_CHECK_EQUAL(peers->uncommitted.load(), 4u);
}

CAF_TEST(fail apart) {
  ledgers[0]->wanted->open_ledger = true;
  start(0);
  start(1);
  enrol(section_at(1), 2);
  CAF_CHECK_EQUAL(held_by(1).size(), 1u);
  CAF_CHECK(peers->owner(0) == epoch{});
}

CAF_TEST_FIXTURE_SCOPE_END()
