#define CAF_SUITE ledger_worker

#include "actors/ledger_worker.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

struct answer_log {
  std::vector<batch_decided> answers;
  std::vector<journal_entry> entries;
  std::vector<section_header> headers;
};

batch_listener_actor::behavior_type
batch_listener(batch_listener_actor::pointer, std::shared_ptr<answer_log> log) {
  return {[=](batch_decided& x) { log->answers.push_back(std::move(x)); }};
}

database_sync_worker_actor::behavior_type
silent_sync(database_sync_worker_actor::pointer,
            std::shared_ptr<answer_log> log) {
  return {
    [](get_status) { return actor_status{}; },
    [=](entries_appended& x) {
      for (auto& entry : x.entries)
        log->entries.push_back(std::move(entry));
    },
    [](const project_section&) {},
    [](const batch_decided&) {},
    [](const get_failed_registrations&) {
      return failed_registrations_reply{};
    },
    [](ping) { return failure{}; },
    [](flush) {},
    [](tick) {},
    [](const entries_committed&) {},
  };
}

struct worker_fixture : test_coordinator_fixture<> {
  worker_fixture() {
    view->load(small_catalogue());
    peers->sync[0].set(sys.spawn(silent_sync, log));
    asker = sys.spawn(batch_listener, log);
  }

  ~worker_fixture() override {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    peers->ledger[0].clear();
    consume_messages();
  }

  void start(settings config = {}) {
    uut = sys.spawn(ledger_worker, std::size_t{0}, config, peers,
                    std::shared_ptr<store_factory>{factory},
                    std::shared_ptr<const catalogue_view>{view});
    peers->ledger[0].set(uut);
    consume_messages();
  }

  /// Puts a batch into the mailbox; `consume_messages` lets it be handled.
  void post(int section, std::vector<decide_seat> seats) {
    decide_batch x;
    x.section = section_of(section);
    x.owner = peers->owner(0);
    x.may_create = true;
    x.initial.total_seats = 2;
    x.number = 1;
    for (auto& seat : seats)
      x.commands.push_back(seat.command);
    caf::actor_cast<caf::strong_actor_ptr>(uut)->enqueue(
      caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(asker),
                                caf::make_message_id(), {}, std::move(x)),
      nullptr);
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  std::shared_ptr<answer_log> log = std::make_shared<answer_log>();
  batch_listener_actor asker;
  ledger_worker_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_ledger_worker, worker_fixture)

CAF_TEST(makes one commit of its whole mailbox) {
  start();
  auto before = factory->wanted->commits;
  for (int i = 1; i <= 6; ++i)
    post(i, {seat_for(i, i)});
  consume_messages();
  CAF_CHECK_EQUAL(factory->wanted->commits, before + 1);
  CAF_CHECK_EQUAL(log->answers.size(), 6u);
  // One creation and one enrolment each.
  CAF_CHECK_EQUAL(log->entries.size(), 12u);
}

CAF_TEST(publishes nothing of a commit that failed) {
  start();
  factory->wanted->commit = true;
  post(1, {seat_for(1, 1)});
  consume_messages();
  CAF_REQUIRE_EQUAL(log->answers.size(), 1u);
  CAF_CHECK(log->answers[0].error.code == ec::in_doubt);
  CAF_CHECK(log->entries.empty());
}

CAF_TEST(is unavailable while it waits and heals by itself) {
  start();
  factory->wanted->commit = true;
  post(1, {seat_for(1, 1)});
  consume_messages();
  post(1, {seat_for(2, 2)});
  consume_messages();
  CAF_REQUIRE_EQUAL(log->answers.size(), 2u);
  CAF_CHECK(log->answers[1].error.code == ec::dependency_unavailable);
  factory->wanted->commit = false;
  advance_time(300ms);
  consume_messages();
  post(1, {seat_for(2, 2)});
  consume_messages();
  CAF_REQUIRE_EQUAL(log->answers.size(), 3u);
  CAF_CHECK(log->answers[2].error.code == ec::none);
}

CAF_TEST(takes a new epoch at every opening and refuses the old one) {
  start();
  auto old = peers->owner(0);
  factory->wanted->commit = true;
  post(1, {});
  consume_messages();
  factory->wanted->commit = false;
  advance_time(300ms);
  consume_messages();
  CAF_CHECK(peers->owner(0).number > old.number);
  auto current = peers->owner(0);
  peers->set_owner(all_partitions(), old);
  post(1, {seat_for(1, 1)});
  peers->set_owner(all_partitions(), current);
  consume_messages();
  CAF_CHECK(log->answers.back().error.code == ec::fenced);
}

CAF_TEST(answers when SQL has it where that is asked for) {
  settings config;
  config.acknowledge = acknowledge_level::committed;
  start(config);
  post(1, {seat_for(1, 1)});
  consume_messages();
  CAF_CHECK(log->answers.empty());
  CAF_CHECK_EQUAL(log->entries.size(), 2u);
  self->send(uut, entries_committed{{{section_of(1), 1}}});
  consume_messages();
  CAF_CHECK(log->answers.empty());
  self->send(uut, entries_committed{{{section_of(1), 2}}});
  consume_messages();
  CAF_CHECK_EQUAL(log->answers.size(), 1u);
  // A replay waits for the same sequence, which is there.
  post(1, {seat_for(1, 1)});
  consume_messages();
  CAF_CHECK_EQUAL(log->answers.size(), 2u);
}

CAF_TEST(closes registrations beyond the bound and opens them again) {
  settings config;
  config.uncommitted_entries_max = 2;
  start(config);
  post(1, {seat_for(1, 1)});
  consume_messages();
  CAF_CHECK(!peers->takes_registrations.load());
  CAF_CHECK(peers->takes_drops.load());
  self->send(uut, entries_committed{{{section_of(1), 2}}});
  consume_messages();
  CAF_CHECK(peers->takes_registrations.load());
}

CAF_TEST(tells the reason to who pings while the ledger is down) {
  factory->wanted->open_ledger = true;
  start();
  self->send(uut, ping{});
  consume_messages();
  self->receive([](const failure& x) {
    CAF_CHECK(x.code == ec::dependency_unavailable);
    CAF_CHECK_EQUAL(x.detail, "The ledger is down.");
  });
}

CAF_TEST(begins and completes keys in the same commit as decisions) {
  start();
  begin_key begin;
  begin.scope = {student_of(1), route::register_sections, "k"};
  begin.ttl = 24h;
  auto before = factory->wanted->commits;
  self->send(uut, begin);
  post(1, {seat_for(1, 1)});
  consume_messages();
  CAF_CHECK_EQUAL(factory->wanted->commits, before + 1);
  self->receive([](const key_begun& x) {
    CAF_CHECK(x.state == key_state::begun);
    CAF_CHECK_EQUAL(x.attempt, 1u);
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
