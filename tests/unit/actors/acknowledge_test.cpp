#define CAF_SUITE acknowledge

#include "tests/unit/actors/server.hpp"

using namespace actor_tests;

namespace {

struct committed_server : server {
  committed_server() {
    settings config;
    config.acknowledge = acknowledge_level::committed;
    start(config);
  }

  ~committed_server() override {
    CAF_CHECK_EQUAL(answers_before_sql, 0u);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(acknowledge_committed, committed_server)

CAF_TEST(answers once SQL holds the decision) {
  for (int i = 1; i <= 4; ++i)
    post(i, i, {1, 2});
  pass(300ms);
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK(status(2) == seat_status::enrolled);
  CAF_CHECK(status(4) == seat_status::waitlisted);
  check_section(1);
}

CAF_TEST(parks the answer until SQL is back) {
  wanted->sql = true;
  post(1, 1, {1});
  pass(500ms);
  CAF_CHECK(!is_answered(1));
  wanted->sql = false;
  pass(1s);
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK_EQUAL(effects_of(1), 1u);
}

CAF_TEST(says past the deadline that it does not know and the retry waits) {
  wanted->sql = true;
  post(1, 1, {1});
  pass(2100ms);
  CAF_REQUIRE(is_answered(1));
  CAF_CHECK(reply(1).error.code == ec::in_doubt);
  // The same request again: decided long ago, and still not in SQL.
  post(1, 1, {1});
  pass(1s);
  CAF_CHECK(!is_answered(1));
  wanted->sql = false;
  pass(5s);
  // SQL's pause may outlast the deadline; then the next retry has it.
  post(1, 1, {1});
  pass(300ms);
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK_EQUAL(effects_of(1), 1u);
}

CAF_TEST(parks one answer however often it is asked for again) {
  wanted->sql = true;
  post(1, 1, {1});
  post(2, 2, {2});
  pass(1900ms);
  CAF_CHECK_EQUAL(figure_of(peers->ledger[0].get(), "parked"), 2);
  wanted->sql = false;
  pass(6s);
  CAF_CHECK_EQUAL(figure_of(peers->ledger[0].get(), "parked"), 0);
}

CAF_TEST(parks already registered and refusals too) {
  wanted->sql = true;
  post(1, 1, {1});
  post(2, 1, {1});
  drop(3, 2, 1);
  pass(500ms);
  CAF_CHECK(!is_answered(1));
  CAF_CHECK(!is_answered(2));
  CAF_CHECK(!is_answered(3));
  wanted->sql = false;
  pass(1500ms);
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK(status(2) == seat_status::already_registered);
  CAF_CHECK(status(3) == seat_status::not_registered);
}

CAF_TEST(parks again after the ledger worker was restarted) {
  wanted->sql = true;
  post(1, 1, {1});
  pass(200ms);
  caf::anon_send_exit(peers->ledger[0].get(), caf::exit_reason::kill);
  pass(700ms);
  CAF_CHECK(!is_answered(1));
  wanted->sql = false;
  pass(6s);
  post(1, 1, {1});
  pass(300ms);
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK_EQUAL(effects_of(1), 1u);
}

CAF_TEST(forgets nobody when the worker that writes SQL is restarted) {
  wanted->sql = true;
  post(1, 1, {1});
  pass(200ms);
  wanted->sql = false;
  caf::anon_send_exit(peers->sync[0].get(), caf::exit_reason::kill);
  pass(1s);
  CAF_CHECK(status(1) == seat_status::enrolled);
  check_section(1);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(acknowledge_journal, server)

CAF_TEST(goes on while SQL is down and closes at the bound) {
  settings config;
  config.uncommitted_entries_max = 6;
  start(config);
  wanted->sql = true;
  for (int i = 1; i <= 20; ++i) {
    post(i, i, {1 + i % 3});
    pass(20ms);
  }
  CAF_CHECK(status(1) == seat_status::enrolled);
  CAF_CHECK_EQUAL(longest.count(), 0);
  CAF_REQUIRE(is_answered(20));
  CAF_CHECK(reply(20).error.code == ec::overloaded);
  // There is head room for who gives a seat back.
  drop(21, 1, 2);
  pass(20ms);
  CAF_CHECK(status(21) == seat_status::dropped);
  wanted->sql = false;
  pass(6s);
  post(22, 22, {4});
  pass(20ms);
  CAF_CHECK(status(22) == seat_status::enrolled);
  for (int i = 1; i <= 3; ++i)
    check_section(i);
}

CAF_TEST_FIXTURE_SCOPE_END()
