#define CAF_SUITE restart

#include "tests/unit/actors/server.hpp"

#include <array>
#include <functional>

using namespace actor_tests;

namespace {

/// Twelve students want the two seats of section 1, and some section 2 too.
constexpr int students = 12;

void post_all(server& s) {
  for (int i = 1; i <= students; ++i)
    s.post(i, i, i % 3 == 0 ? std::vector{1, 2} : std::vector{1});
}

/// Everybody was answered in time; whoever asks again learns the same; nobody
/// has two places, and SQL has what the ledger has.
void check_server(server& s) {
  CAF_CHECK_LESS_OR_EQUAL(s.longest.count(), 2100);
  std::map<int, registration_reply> before;
  for (int i = 1; i <= students; ++i) {
    CAF_REQUIRE(s.is_answered(i));
    before[i] = s.reply(i);
  }
  s.pass(6s);
  post_all(s);
  s.pass(300ms);
  std::size_t enrolled = 0;
  for (int i = 1; i <= students; ++i) {
    CAF_REQUIRE(s.is_answered(i));
    CAF_CHECK(s.reply(i).error.code == ec::none);
    const auto& results = s.reply(i).results;
    CAF_CHECK_EQUAL(s.effects_of(i), results.size());
    enrolled += results[0].outcome.status == seat_status::enrolled;
    for (std::size_t j = 0; j < results.size(); ++j) {
      const auto& earlier = before[i].results[j];
      if (earlier.error.code == ec::none)
        CAF_CHECK(earlier.outcome == results[j].outcome);
    }
  }
  CAF_CHECK_EQUAL(enrolled, 2u);
  s.pass(300ms);
  s.check_section(1);
  s.check_section(2);
}

using victim = std::function<caf::strong_actor_ptr(server&)>;

bool is_through(server& s) {
  for (int i = 1; i <= students; ++i)
    if (!s.is_answered(i))
      return false;
  return s.sql_cursor(section_of(1)) == s.in_ledger(1).header.sequence
         && s.sql_cursor(section_of(2)) == s.in_ledger(2).header.sequence;
}

/// Handles one message, after letting time pass where there is none. False:
/// everything is done and in SQL.
bool go_on(server& s) {
  if (is_through(s))
    return false;
  while (!s.step()) {
    s.advance_time(1ms);
    s.now += 1ms;
  }
  return true;
}

/// Kills the actor after each possible number of messages in turn, until the
/// requests are through before it comes to that.
/// @return how many moments were tried.
std::size_t kill_at_every_moment(acknowledge_level level, const victim& whom) {
  std::size_t moment = 0;
  for (auto was_busy = true; was_busy; ++moment) {
    server s;
    settings config;
    config.acknowledge = level;
    s.start(config);
    // One of the two sections runs already.
    s.post(100, 40, {2});
    s.pass(50ms);
    post_all(s);
    for (std::size_t i = 0; was_busy && i < moment; ++i)
      was_busy = go_on(s);
    if (auto actor = whom(s))
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    s.pass(2200ms);
    check_server(s);
    if (level == acknowledge_level::committed)
      CAF_CHECK_EQUAL(s.answers_before_sql, 0u);
  }
  CAF_MESSAGE("moments tried: " << moment);
  return moment;
}

template <class Handle>
caf::strong_actor_ptr as_victim(const Handle& actor) {
  return caf::actor_cast<caf::strong_actor_ptr>(actor);
}

} // namespace

CAF_TEST(a ledger worker that is killed at any moment costs no answer) {
  auto moments
    = kill_at_every_moment(acknowledge_level::journal, [](server& s) {
        return as_victim(s.peers->ledger[0].get());
      });
  CAF_CHECK_LESS(20u, moments);
}

CAF_TEST(a section that is killed at any moment costs no answer) {
  auto moments
    = kill_at_every_moment(acknowledge_level::journal, [](server& s) {
        return as_victim(s.peers->sections.get(section_of(1)));
      });
  CAF_CHECK_LESS(20u, moments);
}

CAF_TEST(a worker of SQL that is killed at any moment loses no entry) {
  auto moments
    = kill_at_every_moment(acknowledge_level::committed, [](server& s) {
        return as_victim(s.peers->sync[0].get());
      });
  CAF_CHECK_LESS(20u, moments);
}

CAF_TEST(a ledger worker that is killed with parked answers loses none) {
  auto moments
    = kill_at_every_moment(acknowledge_level::committed, [](server& s) {
        return as_victim(s.peers->ledger[0].get());
      });
  CAF_CHECK_LESS(20u, moments);
}

CAF_TEST(a journal reader that is killed at any moment is not missed) {
  kill_at_every_moment(acknowledge_level::journal, [](server& s) {
    return as_victim(s.peers->journal_reader.get());
  });
}

CAF_TEST(a commit that fails at any moment is in doubt and taken up again) {
  for (std::size_t moment = 0; moment < 40; ++moment) {
    server s;
    s.start();
    post_all(s);
    for (std::size_t i = 0; i < moment; ++i)
      go_on(s);
    s.wanted->commit = true;
    s.pass(300ms);
    s.wanted->commit = false;
    s.pass(2s);
    check_server(s);
  }
}

namespace {

struct lossy_line {
  caf::strong_actor_ptr worker;
  caf::strong_actor_ptr asker;
  std::uint64_t to_lose = 0;
};

/// Loses the next answers on their way back to the section.
batch_listener_actor::behavior_type way_back(batch_listener_actor::pointer self,
                                             std::shared_ptr<lossy_line> line) {
  return {[=](batch_decided& x) {
    if (line->to_lose > 0)
      --line->to_lose;
    else
      self->send(caf::actor_cast<batch_listener_actor>(line->asker),
                 std::move(x));
  }};
}

/// Stands between sections and the real worker.
ledger_worker_actor::behavior_type way_there(ledger_worker_actor::pointer self,
                                             std::shared_ptr<lossy_line> line) {
  auto back = caf::actor_cast<caf::strong_actor_ptr>(
    self->spawn<caf::linked>(way_back, line));
  auto real
    = [line] { return caf::actor_cast<ledger_worker_actor>(line->worker); };
  return {
    [](get_status) { return actor_status{}; },
    [=](decide_batch& x) {
      line->asker = self->current_sender();
      line->worker->enqueue(caf::make_mailbox_element(
                              back, caf::make_message_id(), {}, std::move(x)),
                            nullptr);
    },
    [](begin_key&) { return key_begun{}; },
    [](complete_key&) { return key_completed{}; },
    [](get_rows&) { return rows_reply{}; },
    [](get_live_registrations&) { return live_registrations{}; },
    [](standing_changed&) {},
    [=](entries_committed& x) { self->send(real(), std::move(x)); },
    [](get_lag) { return ledger_lag{}; },
    [](const get_cursor&) { return cursor_reply{}; },
    [](ping) { return failure{}; },
    [](flush) {},
    [](tick) {},
    [](own_partitions) {},
  };
}

struct lossy_server : server {
  lossy_server() {
    start();
    line->worker
      = caf::actor_cast<caf::strong_actor_ptr>(peers->ledger[0].get());
    between = sys.spawn(way_there, line);
    peers->ledger[0].set(between);
  }

  ~lossy_server() override {
    caf::anon_send_exit(between, caf::exit_reason::kill);
    consume_messages();
    *line = {};
  }

  std::shared_ptr<lossy_line> line = std::make_shared<lossy_line>();
  ledger_worker_actor between;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(a_lost_ledger_answer, lossy_server)

CAF_TEST(is asked for again under the same request and has one effect) {
  line->to_lose = 1;
  post(1, 1, {1});
  post(2, 2, {1});
  pass(400ms);
  CAF_CHECK(!is_answered(1));
  pass(600ms);
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK(status(2) == seat_status::enrolled);
  CAF_CHECK_EQUAL(effects_of(1), 1u);
  CAF_CHECK_EQUAL(effects_of(2), 1u);
  check_section(1);
}

CAF_TEST(is in doubt at the deadline and known to the retry) {
  line->to_lose = 100;
  post(1, 1, {1});
  pass(2100ms);
  CAF_REQUIRE(is_answered(1));
  CAF_CHECK(reply(1).error.code == ec::in_doubt);
  line->to_lose = 0;
  post(1, 1, {1});
  pass(600ms);
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK_EQUAL(effects_of(1), 1u);
}

CAF_TEST(of a drop that is repeated takes nobody out twice) {
  post(1, 1, {1});
  pass(100ms);
  line->to_lose = 1;
  drop(2, 1, 1);
  pass(1s);
  CAF_CHECK(status(2) == seat_status::dropped);
  CAF_CHECK(in_ledger(1).roster.empty());
  // Back again; the lost answer's command must not take this one out.
  post(3, 1, {1});
  pass(1s);
  drop(2, 1, 1);
  pass(1s);
  CAF_CHECK(status(2) == seat_status::dropped);
  CAF_CHECK_EQUAL(in_ledger(1).roster.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
