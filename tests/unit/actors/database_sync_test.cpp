#define CAF_SUITE database_sync

#include "config/limits.hpp"

#include <algorithm>

#include "tests/unit/actors/database_sync_fixture.hpp"

using namespace actor_tests;

CAF_TEST_FIXTURE_SCOPE(the_database_sync, sync_fixture)

CAF_TEST(asks for the whole journal once it knows what SQL has) {
  wanted->open_sql = true;
  start();
  bring(entries_of(1, 1, 2));
  CAF_CHECK(log->gaps.empty());
  wanted->open_sql = false;
  pass(1s);
  CAF_REQUIRE_EQUAL(log->gaps.size(), 1u);
  CAF_CHECK(log->gaps[0].section.is_nil());
}

CAF_TEST(writes its whole mailbox in one transaction) {
  start();
  for (int i = 1; i <= 6; ++i)
    post(entries_of(i, 1, 3));
  pass(gathered);
  CAF_CHECK_EQUAL(wanted->sql_transactions, 1u);
  for (int i = 1; i <= 6; ++i)
    CAF_CHECK_EQUAL(in_sql(i), 3u);
}

CAF_TEST(gathers longer the more there is and never beyond a second) {
  start();
  bring(entries_of(1, 1, 5'000));
  pass(1s);
  CAF_REQUIRE_EQUAL(in_sql(1), 5'000u);
  bring(entries_of(2, 1, 1));
  CAF_CHECK_EQUAL(in_sql(2), 0u);
  pass(1s);
  CAF_CHECK_EQUAL(in_sql(2), 1u);
  // A single entry does not make the next one wait.
  bring(entries_of(2, 2, 2));
  CAF_CHECK_EQUAL(in_sql(2), 2u);
}

CAF_TEST(bounds its transactions) {
  start();
  bring(entries_of(1, 1, 10'000));
  CAF_CHECK_EQUAL(in_sql(1), 10'000u);
  for (auto size : wanted->transaction_sizes)
    CAF_CHECK_LESS_OR_EQUAL(size, limits::sync_batch_max);
}

CAF_TEST(gives SQL each entry once and tells who missed the cursor) {
  start();
  bring(entries_of(1, 1, 3));
  ledger->committed.clear();
  bring(entries_of(1, 1, 3));
  CAF_CHECK_EQUAL(wanted->written.size(), 3u);
  CAF_REQUIRE_EQUAL(ledger->committed.size(), 1u);
  CAF_CHECK(ledger->committed[0] == (cursor{section_of(1), 3}));
}

CAF_TEST(keeps nothing of a partition that came and went while SQL was away) {
  auto ours = partition_set{}.set(partition_of(section_of(1)));
  auto for_a_while = partition_set{}.set(partition_of(section_of(2)));
  CAF_REQUIRE(ours != for_a_while);
  peers->become_node();
  peers->set_owner(ours, {7, 1});
  start();
  wanted->sql = true;
  bring(entries_of(1, 1, 3));
  peers->set_owner(for_a_while, {8, 1});
  post(entries_of(2, 1, 3));
  consume_messages();
  peers->set_owner(for_a_while, {});
  wanted->sql = false;
  pass(1s);
  CAF_CHECK_EQUAL(in_sql(1), 3u);
  CAF_CHECK_EQUAL(in_sql(2), 0u);
  CAF_CHECK_EQUAL(state(), "running");
}

CAF_TEST(skips what SQL had before it came) {
  memory_registration_store before{factory->sql};
  CAF_REQUIRE(before.apply(entries_of(1, 1, 4)));
  start();
  bring(entries_of(1, 1, 6));
  CAF_REQUIRE_EQUAL(wanted->written.size(), 2u);
  CAF_CHECK(wanted->written[0] == (cursor{section_of(1), 5}));
}

CAF_TEST(keeps the order of a section whatever way its entries come) {
  start();
  auto entries = entries_of(1, 1, 9);
  std::reverse(entries.begin(), entries.end());
  for (auto& entry : entries)
    post({entry});
  pass(gathered);
  CAF_REQUIRE_EQUAL(wanted->written.size(), 9u);
  for (std::uint64_t i = 0; i < 9; ++i)
    CAF_CHECK_EQUAL(wanted->written[i].second, i + 1);
}

CAF_TEST(asks the journal for what lacks and writes nothing behind a hole) {
  start();
  log->gaps.clear();
  auto entries = entries_of(1, 1, 5);
  entries.erase(entries.begin() + 2);
  bring(entries);
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  CAF_REQUIRE_EQUAL(log->gaps.size(), 1u);
  CAF_CHECK(log->gaps[0].section == section_of(1));
  CAF_CHECK_EQUAL(log->gaps[0].after, 2u);
  bring({entry_of(1, 3)});
  CAF_CHECK_EQUAL(in_sql(1), 5u);
}

CAF_TEST(asks again while what lacks does not come) {
  start();
  log->gaps.clear();
  bring({entry_of(1, 3)});
  pass(5s);
  CAF_CHECK_LESS(3u, log->gaps.size());
  CAF_CHECK_LESS(log->gaps.size(), 8u);
}

CAF_TEST(tries again with growing pauses while SQL fails and loses nothing) {
  start();
  wanted->sql = true;
  for (std::uint64_t i = 1; i <= 30; ++i) {
    bring({entry_of(1, i)});
    bring({entry_of(2, i)});
  }
  pass(20s);
  // Doubling from 50 ms to 5 s, shortened by half at most.
  CAF_CHECK_LESS(7u, wanted->sql_attempts);
  CAF_CHECK_LESS(wanted->sql_attempts, 24u);
  CAF_CHECK(ledger->committed.empty());
  CAF_CHECK_EQUAL(state(), "degraded");
  wanted->sql = false;
  pass(6s);
  CAF_CHECK_EQUAL(in_sql(1), 30u);
  CAF_CHECK_EQUAL(in_sql(2), 30u);
  CAF_CHECK_EQUAL(wanted->written.size(), 60u);
  CAF_CHECK_EQUAL(state(), "running");
}

CAF_TEST(tells the ledger worker the cursors after the commit) {
  start();
  bring(entries_of(1, 1, 2));
  CAF_REQUIRE(!ledger->committed.empty());
  CAF_CHECK(ledger->committed.back() == (cursor{section_of(1), 2}));
}

CAF_TEST(tells a ledger worker that was restarted what SQL has) {
  start();
  bring(entries_of(1, 1, 2));
  pass(1s);
  ledger->committed.clear();
  peers->ledger[0].clear();
  pass(2s);
  start_ledger();
  pass(1s);
  CAF_REQUIRE_EQUAL(ledger->committed.size(), 1u);
  CAF_CHECK(ledger->committed[0] == (cursor{section_of(1), 2}));
  pass(5s);
  CAF_CHECK_EQUAL(ledger->committed.size(), 1u);
}

CAF_TEST(hands promotions to the waitlist pool and nothing before the commit) {
  start();
  wanted->sql = true;
  bring(a_promotion(1));
  CAF_CHECK(log->entries.empty());
  wanted->sql = false;
  pass(1s);
  CAF_REQUIRE_EQUAL(log->entries.size(), 1u);
  CAF_CHECK(log->entries[0].kind == entry_kind::promoted);
}

CAF_TEST(stops visibly at what time does not heal and goes on once repaired) {
  start();
  wanted->sql = true;
  wanted->sql_error = ec::store_corrupt;
  bring(entries_of(1, 1, 2));
  CAF_CHECK_EQUAL(state(), "stopped");
  CAF_CHECK(ping_it().code == ec::store_corrupt);
  auto attempts = wanted->sql_attempts;
  pass(25s);
  CAF_CHECK_EQUAL(wanted->sql_attempts, attempts);
  wanted->sql = false;
  pass(10s);
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  CAF_CHECK_EQUAL(state(), "running");
}

CAF_TEST(is not well while SQL answers but takes nothing) {
  start();
  CAF_CHECK(ping_it().code == ec::none);
  wanted->sql = true;
  bring(entries_of(1, 1, 2));
  pass(1s);
  CAF_CHECK(ping_it().code == ec::store_write_failed);
  wanted->sql = false;
  pass(5s);
  CAF_CHECK(ping_it().code == ec::none);
}

CAF_TEST(replaces a section that the journal cannot fill) {
  start();
  wanted->sql = true;
  bring(entries_of(1, 1, 3));
  wanted->sql = false;
  project_section x;
  x.rows.header = entry_of(1, 7).after;
  x.rows.header.enrolled = 0;
  x.rows.next_ticket = 8;
  pass(5s);
  self->send(uut, x);
  pass(gathered);
  CAF_CHECK_EQUAL(in_sql(1), 7u);
  CAF_CHECK(ledger->committed.back() == (cursor{section_of(1), 7}));
  bring(entries_of(1, 5, 8));
  CAF_CHECK_EQUAL(in_sql(1), 8u);
}

CAF_TEST(does not go back to rows that are older than what SQL has) {
  start();
  bring(entries_of(1, 1, 5));
  project_section x;
  x.rows.header = entry_of(1, 4).after;
  self->send(uut, x);
  pass(gathered);
  CAF_CHECK_EQUAL(in_sql(1), 5u);
}

CAF_TEST(notices that SQL went back and asks from there) {
  start();
  bring(entries_of(1, 1, 5));
  log->gaps.clear();
  // As after a restore: SQL has less than it said.
  factory->sql->sections.clear();
  memory_registration_store restored{factory->sql};
  CAF_REQUIRE(restored.apply(entries_of(1, 1, 2)));
  bring(entries_of(1, 6, 6));
  CAF_CHECK_EQUAL(in_sql(1), 2u);
  CAF_REQUIRE(!log->gaps.empty());
  CAF_CHECK_EQUAL(log->gaps.back().after, 2u);
  bring(entries_of(1, 3, 6));
  CAF_CHECK_EQUAL(in_sql(1), 6u);
}

CAF_TEST(leaves to its successor what it had not written) {
  start();
  wanted->sql = true;
  bring(entries_of(1, 1, 3));
  kill();
  wanted->sql = false;
  log->gaps.clear();
  start();
  CAF_REQUIRE_EQUAL(log->gaps.size(), 1u);
  CAF_CHECK(log->gaps[0].section.is_nil());
  bring(entries_of(1, 1, 3));
  CAF_CHECK_EQUAL(in_sql(1), 3u);
}

CAF_TEST(shows a student what was taken back and says when it cannot) {
  start();
  factory->sql->failed.emplace(
    student_of(1),
    failed_registration{
      {numbered(6, 1)}, section_of(1), "no such row", now_utc()});
  auto shown = [this] {
    failed_registrations_reply result;
    self->send(uut, get_failed_registrations{student_of(1)});
    consume_messages();
    self->receive(
      [&](failed_registrations_reply& x) { result = std::move(x); });
    return result;
  };
  auto found = shown();
  CAF_REQUIRE_EQUAL(found.rows.size(), 1u);
  CAF_CHECK_EQUAL(found.rows[0].status, "failed");
  kill();
  wanted->open_sql = true;
  start();
  CAF_CHECK(shown().error.code == ec::dependency_unavailable);
}

CAF_TEST_FIXTURE_SCOPE_END()
