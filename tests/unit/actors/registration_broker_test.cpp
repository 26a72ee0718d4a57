#define CAF_SUITE registration_broker

#include "actors/registration_broker.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <algorithm>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

/// Stands in for a section: keeps what it is asked, answers when told to.
struct section_log {
  std::vector<decide_seat> asked;
};

section_actor::behavior_type silent_section(section_actor::pointer,
                                            std::shared_ptr<section_log> log) {
  return {
    [](get_status) { return actor_status{}; },
    [=](decide_seat& x) { log->asked.push_back(std::move(x)); },
    [](batch_decided&) {},
    [](get_header) { return header_reply{}; },
    [](get_decisions) { return past_decisions{}; },
  };
}

section_supervisor_actor::behavior_type
starter(section_supervisor_actor::pointer self,
        std::shared_ptr<directory> peers, std::shared_ptr<section_log> log) {
  return {
    [](get_status) { return actor_status{}; },
    [=](start_section& x) {
      if (x.section == section_of(9))
        return section_started{x.section, {ec::quarantined, "set aside"}};
      peers->sections.set(x.section, self->spawn(silent_section, log));
      return section_started{x.section, {}};
    },
    [](const partitions_moved&) {},
    [](tick) {},
  };
}

struct broker_fixture : test_coordinator_fixture<> {
  broker_fixture() {
    view->load(small_catalogue());
    peers->sections_supervisor.set(sys.spawn(starter, peers, log));
    uut = sys.spawn(registration_broker, peers,
                    std::shared_ptr<const catalogue_view>{view});
    consume_messages();
  }

  ~broker_fixture() override {
    // The supervisor's stand-in and the directory refer to each other.
    caf::anon_send_exit(peers->sections_supervisor.get(),
                        caf::exit_reason::user_shutdown);
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    consume_messages();
  }

  void ask(registration_request x) {
    self->send(uut, std::move(x));
    consume_messages();
  }

  void decide(std::size_t asked, seat_status status, ec error = ec::none) {
    const auto& x = log->asked.at(asked);
    seats_decided told;
    told.decisions.push_back({x.token, x.index, {}, {error, ""}});
    told.decisions[0].outcome.status = status;
    self->send(uut, told);
    consume_messages();
  }

  void pass(std::chrono::milliseconds time) {
    advance_time(time);
    consume_messages();
  }

  /// The answer to a request, or none yet.
  caf::optional<registration_reply> reply() {
    caf::optional<registration_reply> result;
    if (!self->mailbox().empty())
      self->receive([&](registration_reply& x) { result = std::move(x); });
    return result;
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<section_log> log = std::make_shared<section_log>();
  registration_broker_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_registration_broker, broker_fixture)

CAF_TEST(starts cold sections once and asks each) {
  ask(request_for(1, 1, {1, 2}));
  CAF_CHECK_EQUAL(log->asked.size(), 2u);
  ask(request_for(2, 2, {1}));
  CAF_CHECK_EQUAL(log->asked.size(), 3u);
  CAF_CHECK(!reply());
}

CAF_TEST(answers in the order of the request) {
  ask(request_for(1, 1, {1, 2}));
  decide(1, seat_status::waitlisted);
  CAF_CHECK(!reply());
  decide(0, seat_status::enrolled);
  auto got = unbox(reply());
  CAF_REQUIRE_EQUAL(got.results.size(), 2u);
  CAF_CHECK(got.results[0].section == section_of(1));
  auto first_asked = log->asked[0].index;
  CAF_CHECK(got.results[first_asked].outcome.status == seat_status::enrolled);
  CAF_CHECK(got.results[1 - first_asked].outcome.status
            == seat_status::waitlisted);
}

CAF_TEST(refuses who is unknown or not active before any section is asked) {
  ask(request_for(1, 99, {1}));
  CAF_CHECK(unbox(reply()).refused == request_refusal::student_not_found);
  ask(request_for(2, 50, {1}));
  CAF_CHECK(unbox(reply()).refused == request_refusal::student_inactive);
  CAF_CHECK(log->asked.empty());
}

CAF_TEST(lets the ledger see its memo before a later attempt is refused) {
  auto x = request_for(1, 50, {1});
  x.attempt = 2;
  ask(x);
  CAF_REQUIRE_EQUAL(log->asked.size(), 1u);
  CAF_CHECK(log->asked[0].command.verdict.back().reason
            == refusal_reason::student_inactive);
  decide(0, seat_status::enrolled);
  CAF_CHECK(unbox(reply()).refused == request_refusal::none);
}

CAF_TEST(says student inactive where no attempt had taken effect) {
  auto x = request_for(1, 50, {1});
  x.attempt = 2;
  ask(x);
  seats_decided told;
  seat_outcome outcome;
  outcome.status = seat_status::rejected;
  outcome.refusals = {{refusal_reason::student_inactive}};
  told.decisions.push_back({log->asked[0].token, 0, outcome, {}});
  self->send(uut, told);
  consume_messages();
  CAF_CHECK(unbox(reply()).refused == request_refusal::student_inactive);
}

CAF_TEST(lets who is not active give a seat back) {
  auto x = request_for(1, 50, {1});
  x.route = route::drop_sections;
  ask(x);
  CAF_REQUIRE_EQUAL(log->asked.size(), 1u);
  CAF_CHECK(log->asked[0].command.kind == command_kind::drop);
}

CAF_TEST(judges a section that is named twice once) {
  ask(request_for(1, 1, {1, 1}));
  CAF_REQUIRE_EQUAL(log->asked.size(), 1u);
  decide(0, seat_status::enrolled);
  auto got = unbox(reply());
  CAF_CHECK(got.results[0].outcome.status == seat_status::enrolled);
  CAF_CHECK(got.results[1].outcome.refusals[0].reason
            == refusal_reason::duplicate_in_request);
}

CAF_TEST(says so where a section does not exist) {
  ask(request_for(1, 1, {33}));
  CAF_CHECK(unbox(reply()).results[0].outcome.refusals[0].reason
            == refusal_reason::section_not_found);
}

CAF_TEST(sends the closed window along as a verdict) {
  ask(request_for(1, 1, {7}));
  CAF_REQUIRE_EQUAL(log->asked.size(), 1u);
  CAF_CHECK(log->asked[0].command.verdict[0].reason
            == refusal_reason::window_over);
}

CAF_TEST(asks a section again that failed and in the end takes its answer) {
  ask(request_for(1, 1, {1}));
  decide(0, seat_status::undecided, ec::in_doubt);
  CAF_CHECK(!reply());
  pass(60ms);
  CAF_REQUIRE_EQUAL(log->asked.size(), 2u);
  CAF_CHECK(log->asked[1].is_repeated);
  CAF_CHECK(log->asked[1].command.request == request_of(1));
  decide(1, seat_status::enrolled);
  CAF_CHECK(unbox(reply()).results[0].outcome.status == seat_status::enrolled);
}

CAF_TEST(asks again where no answer comes) {
  ask(request_for(1, 1, {1}));
  for (int i = 0; i < 10; ++i)
    pass(50ms);
  CAF_CHECK_EQUAL(log->asked.size(), 2u);
}

CAF_TEST(starts a section again that died) {
  ask(request_for(1, 1, {1}));
  peers->sections.remove(section_of(1));
  for (int i = 0; i < 10; ++i)
    pass(50ms);
  CAF_CHECK(peers->sections.get(section_of(1)));
  CAF_CHECK_EQUAL(log->asked.size(), 2u);
}

CAF_TEST(lists at the deadline what is decided and what is in doubt) {
  ask(request_for(1, 1, {1, 2}));
  decide(0, seat_status::enrolled);
  for (int i = 0; i < 42; ++i)
    pass(50ms);
  auto got = unbox(reply());
  CAF_CHECK(got.error.code == ec::in_doubt);
  auto decided = log->asked[0].index;
  CAF_CHECK(got.results[decided].error.code == ec::none);
  CAF_CHECK(got.results[1 - decided].error.code == ec::in_doubt);
}

CAF_TEST(stays in doubt whatever later failures say) {
  ask(request_for(1, 1, {1}));
  decide(0, seat_status::undecided, ec::in_doubt);
  for (std::size_t i = 1; i < 45 && !self->mailbox().size(); ++i) {
    pass(50ms);
    if (log->asked.size() > i)
      decide(i, seat_status::undecided, ec::dependency_unavailable);
  }
  CAF_CHECK(unbox(reply()).results[0].error.code == ec::in_doubt);
}

CAF_TEST(is in no doubt where the section always said that nothing happened) {
  ask(request_for(1, 1, {1}));
  for (std::size_t i = 0; i < 45 && !self->mailbox().size(); ++i) {
    if (log->asked.size() > i)
      decide(i, seat_status::undecided, ec::dependency_unavailable);
    pass(50ms);
  }
  CAF_CHECK(unbox(reply()).results[0].error.code == ec::dependency_unavailable);
}

CAF_TEST(is in no doubt where the section was never asked) {
  peers->sections_supervisor.clear();
  ask(request_for(1, 1, {1}));
  for (int i = 0; i < 42; ++i)
    pass(50ms);
  CAF_CHECK(unbox(reply()).results[0].error.code == ec::dependency_unavailable);
}

CAF_TEST(takes a late answer within the deadline and none after it) {
  ask(request_for(1, 1, {1}));
  for (int i = 0; i < 30; ++i)
    pass(50ms);
  decide(0, seat_status::enrolled);
  CAF_CHECK(unbox(reply()).results[0].outcome.status == seat_status::enrolled);
  decide(1, seat_status::enrolled);
  CAF_CHECK(!reply());
}

CAF_TEST(asks a silent section again although another one keeps failing) {
  ask(request_for(1, 1, {1, 2}));
  auto silent = log->asked[0].index;
  for (int i = 0; i < 10; ++i) {
    auto last = log->asked.size() - 1;
    if (log->asked[last].index != silent)
      decide(last, seat_status::undecided, ec::dependency_unavailable);
    pass(50ms);
  }
  auto times
    = std::count_if(log->asked.begin(), log->asked.end(),
                    [=](const decide_seat& x) { return x.index == silent; });
  CAF_CHECK_EQUAL(times, 2);
}

CAF_TEST(says student inactive on later attempts as on the first) {
  auto x = request_for(1, 50, {1, 1, 33});
  x.attempt = 2;
  ask(x);
  seats_decided told;
  seat_outcome outcome;
  outcome.status = seat_status::rejected;
  outcome.refusals = {{refusal_reason::student_inactive}};
  told.decisions.push_back({log->asked.at(0).token, 0, outcome, {}});
  self->send(uut, told);
  consume_messages();
  CAF_CHECK(unbox(reply()).refused == request_refusal::student_inactive);
  auto nowhere = request_for(2, 50, {33});
  nowhere.attempt = 2;
  ask(nowhere);
  CAF_CHECK(unbox(reply()).refused == request_refusal::student_inactive);
}

CAF_TEST(gives the last of all its waiters an answer when a start fails) {
  for (int i = 1; i <= 3; ++i)
    self->send(uut, request_for(i, i, {9}));
  consume_messages();
  for (int i = 1; i <= 3; ++i)
    CAF_CHECK(unbox(reply()).error.code == ec::quarantined);
}

CAF_TEST(brings settings to the section by the time that is left) {
  change_settings x;
  x.section = section_of(1);
  x.command.kind = command_kind::change_settings;
  x.time_left = 300ms;
  self->send(uut, x);
  consume_messages();
  CAF_CHECK_EQUAL(log->asked.size(), 1u);
  for (int i = 0; i < 8; ++i)
    pass(50ms);
  CAF_REQUIRE(!self->mailbox().empty());
  self->receive([](const settings_reply& got) {
    CAF_CHECK(got.error.code == ec::in_doubt);
  });
}

CAF_TEST(reports a quarantined section alone) {
  ask(request_for(1, 1, {1, 9}));
  decide(0, seat_status::enrolled);
  auto got = unbox(reply());
  CAF_CHECK(got.results[0].outcome.status == seat_status::enrolled);
  CAF_CHECK(got.results[1].error.code == ec::quarantined);
}

CAF_TEST(cannot tell an unknown student while the catalogue is not loaded) {
  auto empty = std::make_shared<const catalogue_view>();
  auto other = sys.spawn(registration_broker, peers, empty);
  self->send(other, request_for(1, 1, {1}));
  consume_messages();
  CAF_CHECK(unbox(reply()).error.code == ec::dependency_unavailable);
  caf::anon_send_exit(other, caf::exit_reason::user_shutdown);
}

CAF_TEST_FIXTURE_SCOPE_END()
