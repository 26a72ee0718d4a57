#define CAF_SUITE section

#include "actors/section.hpp"
#include "config/limits.hpp"
#include "tests/unit/actors/fixture.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

decide_seat repeated(int number, int student) {
  auto x = seat_for(number, student);
  x.is_repeated = true;
  return x;
}

struct section_fixture : test_coordinator_fixture<> {
  section_fixture() {
    view->load(small_catalogue());
    start_ledger();
    uut = sys.spawn(section_behavior, section_of(1), peers,
                    std::shared_ptr<const catalogue_view>{view});
    asker = sys.spawn(listener, told);
    consume_messages();
  }

  ~section_fixture() override {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
  }

  void start_ledger() {
    ledger = sys.spawn(silent_ledger, log);
    peers->ledger[0].set(ledger);
  }

  void post(decide_seat x) {
    caf::actor_cast<caf::strong_actor_ptr>(uut)->enqueue(
      caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(asker),
                                caf::make_message_id(), {}, std::move(x)),
      nullptr);
  }

  void ask(decide_seat x) {
    post(std::move(x));
    consume_messages();
  }

  void answer(std::size_t batch, std::uint64_t sequence) {
    self->send(uut, all_enrolled(log->batches.at(batch), sequence));
    consume_messages();
  }

  void fail(std::size_t batch, ec code) {
    batch_decided x;
    x.error = {code, "told to"};
    x.number = log->batches.at(batch).number;
    self->send(uut, x);
    consume_messages();
  }

  /// The section knows its header: nobody enrolled yet.
  void load() {
    self->send(uut, get_header{});
    consume_messages();
    answer(0, 1);
    log->batches.clear();
    told->decisions.clear();
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<ledger_log> log = std::make_shared<ledger_log>();
  std::shared_ptr<decision_log> told = std::make_shared<decision_log>();
  ledger_worker_actor ledger;
  section_actor uut;
  decision_listener_actor asker;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_section, section_fixture)

CAF_TEST(creates its section lazily with the settings of SQL) {
  ask(seat_for(1, 1));
  CAF_REQUIRE_EQUAL(log->batches.size(), 1u);
  CAF_CHECK(log->batches[0].may_create);
  CAF_CHECK_EQUAL(log->batches[0].initial.total_seats, 2u);
}

CAF_TEST(collects the commands that come while a batch is in flight) {
  ask(seat_for(1, 1));
  for (int i = 2; i <= 5; ++i)
    ask(seat_for(i, i));
  CAF_REQUIRE_EQUAL(log->batches.size(), 1u);
  answer(0, 2);
  CAF_REQUIRE_EQUAL(log->batches.size(), 2u);
  CAF_CHECK_EQUAL(log->batches[1].commands.size(), 4u);
  CAF_CHECK(!log->batches[1].may_create);
  for (int i = 0; i < 4; ++i)
    CAF_CHECK(log->batches[1].commands[static_cast<std::size_t>(i)].request
              == request_of(i + 2));
  answer(1, 6);
  CAF_CHECK_EQUAL(told->decisions.size(), 5u);
}

CAF_TEST(asks again under the same request id when an answer is lost) {
  ask(seat_for(1, 1));
  advance_time(500ms);
  ask(repeated(1, 1));
  CAF_REQUIRE_EQUAL(log->batches.size(), 2u);
  CAF_CHECK(log->batches[1].commands[0].request == request_of(1));
  CAF_CHECK(log->batches[1].number != log->batches[0].number);
  answer(1, 2);
  CAF_REQUIRE_EQUAL(told->decisions.size(), 1u);
  CAF_CHECK(told->decisions[0].outcome.status == seat_status::enrolled);
}

CAF_TEST(asks the new ledger worker at once after a restart) {
  ask(seat_for(1, 1));
  start_ledger();
  ask(repeated(1, 1));
  CAF_CHECK_EQUAL(log->batches.size(), 2u);
}

CAF_TEST(does not double a command that is asked twice) {
  ask(seat_for(1, 1));
  ask(seat_for(2, 2));
  ask(repeated(2, 2));
  answer(0, 2);
  CAF_REQUIRE_EQUAL(log->batches.size(), 2u);
  CAF_CHECK_EQUAL(log->batches[1].commands.size(), 1u);
}

CAF_TEST(takes the late answer to a batch that was asked again) {
  ask(seat_for(1, 1));
  advance_time(500ms);
  ask(repeated(1, 1));
  CAF_REQUIRE_EQUAL(log->batches.size(), 2u);
  answer(0, 2);
  CAF_CHECK_EQUAL(told->decisions.size(), 1u);
  answer(1, 2);
  CAF_CHECK_EQUAL(told->decisions.size(), 1u);
}

CAF_TEST(does not take an earlier batch for the one in flight) {
  ask(seat_for(1, 1));
  advance_time(500ms);
  ask(repeated(1, 1));
  ask(seat_for(2, 2));
  answer(0, 2);
  CAF_REQUIRE_EQUAL(log->batches.size(), 3u);
  answer(1, 2);
  CAF_CHECK_EQUAL(told->decisions.size(), 1u);
  answer(2, 3);
  CAF_REQUIRE_EQUAL(told->decisions.size(), 2u);
  CAF_CHECK_EQUAL(told->decisions[1].token, 2u);
}

CAF_TEST(waits for the newest answer when an earlier one was a failure) {
  ask(seat_for(1, 1));
  advance_time(500ms);
  ask(repeated(1, 1));
  fail(0, ec::in_doubt);
  CAF_CHECK(told->decisions.empty());
  answer(1, 2);
  CAF_REQUIRE_EQUAL(told->decisions.size(), 1u);
  CAF_CHECK(told->decisions[0].error.code == ec::none);
}

CAF_TEST(stays in doubt while an earlier asking is unanswered) {
  ask(seat_for(1, 1));
  advance_time(500ms);
  ask(repeated(1, 1));
  ask(seat_for(2, 2));
  fail(1, ec::dependency_unavailable);
  CAF_REQUIRE_EQUAL(told->decisions.size(), 2u);
  CAF_CHECK(told->decisions[0].error.code == ec::in_doubt);
  // The second never left the section.
  CAF_CHECK(told->decisions[1].error.code == ec::dependency_unavailable);
}

CAF_TEST(stays in doubt when the ledger is gone before it answered) {
  ask(seat_for(1, 1));
  peers->ledger[0].clear();
  ask(repeated(1, 1));
  CAF_REQUIRE_EQUAL(told->decisions.size(), 1u);
  CAF_CHECK(told->decisions[0].error.code == ec::in_doubt);
}

CAF_TEST(shows its header although the answer to its commands was lost) {
  ask(seat_for(1, 1));
  self->send(uut, get_header{});
  consume_messages();
  CAF_REQUIRE_EQUAL(log->batches.size(), 1u);
  advance_time(500ms);
  self->send(uut, get_header{});
  consume_messages();
  CAF_REQUIRE_EQUAL(log->batches.size(), 2u);
  answer(1, 2);
  auto shown = 0;
  while (!self->mailbox().empty())
    self->receive([&](const header_reply& x) {
      CAF_CHECK_EQUAL(x.header.sequence, 2u);
      ++shown;
    });
  CAF_CHECK_EQUAL(shown, 2);
}

CAF_TEST(bounds its queue and never the commands it has already) {
  for (std::size_t i = 0; i <= limits::section_queue_max; ++i)
    post(seat_for(static_cast<int>(i), 1));
  consume_messages();
  CAF_CHECK(told->decisions.empty());
  ask(seat_for(20'000, 1));
  CAF_REQUIRE_EQUAL(told->decisions.size(), 1u);
  CAF_CHECK(told->decisions[0].error.code == ec::overloaded);
  ask(repeated(7, 1));
  CAF_CHECK_EQUAL(told->decisions.size(), 1u);
  answer(0, 2);
  CAF_REQUIRE_EQUAL(log->batches.size(), 2u);
  CAF_CHECK_EQUAL(log->batches[1].commands.size(), limits::section_batch_max);
}

CAF_TEST(lets what is asked again through to its memo beyond the bound) {
  load();
  peers->takes_registrations = false;
  ask(repeated(1, 1));
  CAF_CHECK(told->decisions.empty());
  CAF_CHECK_EQUAL(log->batches.size(), 1u);
}

CAF_TEST(tells everybody in the queue when the ledger fails) {
  ask(seat_for(1, 1));
  ask(seat_for(2, 2));
  fail(0, ec::ledger_lost);
  CAF_REQUIRE_EQUAL(told->decisions.size(), 2u);
  for (const auto& x : told->decisions)
    CAF_CHECK(x.error.code == ec::ledger_lost);
  CAF_CHECK_EQUAL(log->batches.size(), 1u);
}

CAF_TEST(refuses a first attempt with a verdict from its mirror) {
  load();
  auto x = seat_for(1, 1);
  x.command.verdict.push_back({refusal_reason::window_over});
  ask(x);
  CAF_CHECK(log->batches.empty());
  CAF_REQUIRE_EQUAL(told->decisions.size(), 1u);
  CAF_CHECK(told->decisions[0].outcome.status == seat_status::rejected);
}

CAF_TEST(sends a later attempt to the ledger with its verdict) {
  load();
  auto x = seat_for(1, 1);
  x.command.attempt = 2;
  x.command.verdict.push_back({refusal_reason::window_over});
  ask(x);
  CAF_REQUIRE_EQUAL(log->batches.size(), 1u);
  CAF_CHECK_EQUAL(log->batches[0].commands[0].verdict.size(), 1u);
}

CAF_TEST(refuses registrations beyond the bound and lets drops pass) {
  load();
  peers->takes_registrations = false;
  ask(seat_for(1, 1));
  auto drop = seat_for(2, 2);
  drop.command.kind = command_kind::drop;
  ask(drop);
  CAF_REQUIRE_EQUAL(told->decisions.size(), 1u);
  CAF_CHECK(told->decisions[0].error.code == ec::overloaded);
  CAF_CHECK_EQUAL(log->batches.size(), 1u);
}

CAF_TEST(answers that nothing was decided while there is no ledger) {
  peers->ledger[0].clear();
  ask(seat_for(1, 1));
  CAF_REQUIRE_EQUAL(told->decisions.size(), 1u);
  CAF_CHECK(told->decisions[0].error.code == ec::dependency_unavailable);
}

CAF_TEST(keeps no work while it is idle and is small) {
  load();
  using running = std::remove_pointer_t<section_actor_state::pointer>;
  CAF_CHECK(deref<running>(uut).state.work_ == nullptr);
  // The rest of 4 KB is for what CAF and the tables allocate beside it.
  CAF_MESSAGE("bytes of a section actor: " << sizeof(running));
  CAF_CHECK_LESS(sizeof(running), 2048u);
}

CAF_TEST_FIXTURE_SCOPE_END()
