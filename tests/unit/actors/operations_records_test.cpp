#define CAF_SUITE operations_records

#include "config/node_name.hpp"
#include "tests/unit/actors/operations_fixture.hpp"

using namespace actor_tests;

namespace {

using results = std::vector<dead_letter_result>;

struct operators_records : operations_fixture {
  /// A letter about a registration of the student in the section.
  uuid put_letter(int number, int student, int section,
                  const std::string& kind = "enrolled") {
    dead_letter x;
    x.id = numbered(7, number);
    x.section = section_of(section);
    x.student = student_of(student);
    x.registration = {numbered(6, number)};
    x.sequence = static_cast<std::uint64_t>(number);
    x.kind = kind;
    x.entry = "{}";
    x.sqlstate = "23503";
    x.reason = "no such student";
    x.at = timestamp{std::chrono::seconds{1000 + number}};
    factory->sql->letters[{x.section, x.sequence}] = x;
    return x.id;
  }

  fallible<dead_letter_page> list(list_dead_letters query = {}) {
    return asked<dead_letter_page>(
      [&](auto done) { operations().dead_letters(query, std::move(done)); });
  }

  fallible<acted<results>> retry(std::vector<uuid> ids) {
    return asked<acted<results>>([&](auto done) {
      operations().retry(std::move(ids), why, std::move(done));
    });
  }

  fallible<acted<results>> discard(std::vector<uuid> ids) {
    return asked<acted<results>>([&](auto done) {
      operations().discard(std::move(ids), why, std::move(done));
    });
  }

  fallible<act_page> acts(list_acts query = {}) {
    return asked<act_page>(
      [&](auto done) { operations().acts(query, std::move(done)); });
  }

  std::size_t letters() const {
    return factory->sql->letters.size();
  }

  /// SQL is down for whoever opens it from now on.
  void break_sql() {
    factory->wanted->open_sql = true;
    kill(peers->records.get());
    pass(100ms);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(dead_letters, operators_records)

CAF_TEST(are listed oldest first page by page) {
  for (int i = 1; i <= 5; ++i)
    put_letter(i, i, 1 + i % 3);
  list_dead_letters query;
  query.limit = 2;
  std::vector<std::uint64_t> seen;
  for (auto pages = 0; pages < 3; ++pages) {
    auto page = list(query);
    CAF_REQUIRE(page);
    CAF_CHECK_EQUAL(page->total, 5u);
    CAF_CHECK_EQUAL(page->matching, 5u);
    for (const auto& x : page->letters)
      seen.push_back(x.sequence);
    CAF_CHECK_EQUAL(page->next.has_value(), pages < 2);
    // What was listed may go meanwhile.
    CAF_CHECK(discard({page->letters[0].id}));
    put_letter(static_cast<int>(page->letters[0].sequence), 1, 1);
    query.after = page->next;
  }
  CAF_CHECK(seen == (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

CAF_TEST(go on behind a letter that is gone) {
  for (int i = 1; i <= 4; ++i)
    put_letter(i, i, 1);
  list_dead_letters query;
  query.limit = 2;
  auto first = list(query);
  CAF_REQUIRE(first);
  CAF_REQUIRE(discard({first->letters[0].id, first->letters[1].id}));
  query.after = first->next;
  auto second = list(query);
  CAF_REQUIRE(second);
  CAF_REQUIRE_EQUAL(second->letters.size(), 2u);
  CAF_CHECK_EQUAL(second->letters[0].sequence, 3u);
}

CAF_TEST(are filtered by what they are about) {
  put_letter(1, 1, 1);
  put_letter(2, 2, 1, "dropped");
  put_letter(3, 1, 2);
  list_dead_letters query;
  query.section = section_of(1);
  CAF_CHECK(list(query)->matching == 2u);
  query.kind = "dropped";
  auto page = list(query);
  CAF_REQUIRE_EQUAL(page->letters.size(), 1u);
  CAF_CHECK_EQUAL(page->total, 3u);
  CAF_CHECK(!page->letters[0].can_be_retried);
  query = {};
  query.student = student_of(1);
  CAF_CHECK(list(query)->matching == 2u);
  query.sqlstate = "23505";
  CAF_CHECK(list(query)->matching == 0u);
}

CAF_TEST(are retried as registrations and go with a row each) {
  auto first = put_letter(1, 1, 1);
  auto second = put_letter(2, 2, 1);
  auto done = retry({first, second});
  CAF_REQUIRE(done);
  CAF_CHECK(done->is_audited);
  CAF_REQUIRE_EQUAL(done->result.size(), 2u);
  CAF_CHECK(done->result[0].id == first);
  CAF_CHECK_EQUAL(done->result[0].status, "enrolled");
  CAF_CHECK_EQUAL(done->result[1].status, "enrolled");
  CAF_CHECK_EQUAL(letters(), 0u);
  CAF_CHECK_EQUAL(in_ledger(1).roster.size(), 2u);
  auto rows = acts();
  CAF_REQUIRE(rows);
  CAF_REQUIRE_EQUAL(rows->acts.size(), 2u);
  CAF_CHECK_EQUAL(rows->acts[0].who, "jane");
  CAF_CHECK_EQUAL(rows->acts[0].why, "a complaint");
  CAF_CHECK_EQUAL(rows->acts[0].action, "dead letter retried");
  CAF_CHECK_EQUAL(rows->acts[0].subject, second.to_string());
  CAF_CHECK(rows->acts[0].detail.find("enrolled") != std::string::npos);
}

CAF_TEST(stay where the registration is refused) {
  auto closed = put_letter(1, 1, 7);
  auto inactive = put_letter(2, 50, 1);
  auto good = put_letter(3, 3, 1);
  auto dropped = put_letter(4, 4, 1, "dropped");
  auto unknown = numbered(7, 99);
  auto done = retry({closed, inactive, good, dropped, unknown});
  CAF_REQUIRE(done);
  CAF_REQUIRE_EQUAL(done->result.size(), 5u);
  CAF_CHECK_EQUAL(done->result[0].status, "rejected");
  CAF_CHECK(!done->result[0].detail.empty());
  CAF_CHECK_EQUAL(done->result[1].status, "rejected");
  CAF_CHECK_EQUAL(done->result[2].status, "enrolled");
  CAF_CHECK_EQUAL(done->result[3].status, "nothing_to_retry");
  CAF_CHECK_EQUAL(done->result[4].status, "not_found");
  CAF_CHECK_EQUAL(letters(), 3u);
  // Each that was tried has its row, the others have none.
  CAF_CHECK_EQUAL(acts()->acts.size(), 3u);
}

CAF_TEST(stay where the ledger is down and go at the next try) {
  auto letter = put_letter(1, 1, 1);
  wanted->open_ledger = true;
  kill(peers->ledger[0].get());
  std::optional<fallible<acted<results>>> got;
  operations().retry({letter}, why, [&](auto x) { got.emplace(std::move(x)); });
  pass(4s);
  CAF_REQUIRE(got);
  CAF_REQUIRE(*got);
  CAF_CHECK_EQUAL((*got)->result[0].status, "failed");
  CAF_CHECK(!(*got)->result[0].detail.empty());
  CAF_CHECK_EQUAL(letters(), 1u);
  wanted->open_ledger = false;
  pass(3s);
  auto done = retry({letter});
  CAF_REQUIRE(done);
  CAF_CHECK_EQUAL(letters(), 0u);
  CAF_CHECK_EQUAL(effects_of(1), 1u);
}

CAF_TEST(are discarded behind a row that keeps what they were) {
  auto letter = put_letter(1, 1, 1);
  auto done = discard({letter, numbered(7, 99)});
  CAF_REQUIRE(done);
  CAF_CHECK_EQUAL(done->result[0].status, "discarded");
  CAF_CHECK_EQUAL(done->result[1].status, "not_found");
  CAF_CHECK_EQUAL(letters(), 0u);
  auto rows = acts();
  CAF_REQUIRE_EQUAL(rows->acts.size(), 1u);
  CAF_CHECK_EQUAL(rows->acts[0].action, "dead letter discarded");
  CAF_CHECK_EQUAL(rows->acts[0].why, "a complaint");
}

CAF_TEST(stay where the row of a discard is not taken) {
  auto letter = put_letter(1, 1, 1);
  wanted->audit_error = ec::store_write_failed;
  auto done = discard({letter});
  CAF_REQUIRE(done);
  CAF_CHECK_EQUAL(done->result[0].status, "failed");
  CAF_CHECK_EQUAL(letters(), 1u);
}

CAF_TEST(are said to be out of reach while SQL is down) {
  break_sql();
  CAF_CHECK(list().error().code == ec::dependency_unavailable);
  CAF_CHECK(retry({numbered(7, 1)}).error().code == ec::dependency_unavailable);
  CAF_CHECK(discard({numbered(7, 1)}).error().code
            == ec::dependency_unavailable);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(acts_of_operators, operators_records)

CAF_TEST(are listed newest first page by page) {
  for (int i = 1; i <= 3; ++i)
    CAF_CHECK(discard({put_letter(i, i, 1)}));
  list_acts query;
  query.limit = 2;
  auto page = acts(query);
  CAF_REQUIRE(page);
  CAF_REQUIRE_EQUAL(page->acts.size(), 2u);
  CAF_CHECK_EQUAL(page->acts[0].subject, numbered(7, 3).to_string());
  CAF_CHECK(page->next != 0);
  query.before = page->next;
  page = acts(query);
  CAF_REQUIRE_EQUAL(page->acts.size(), 1u);
  CAF_CHECK_EQUAL(page->acts[0].subject, numbered(7, 1).to_string());
  CAF_CHECK_EQUAL(page->next, 0u);
}

CAF_TEST(take effect while SQL is down and are written when it is back) {
  break_sql();
  operator_act act;
  act.who = "jane";
  act.action = "log level set";
  act.subject = "debug";
  auto done = asked<acted<registrar::done>>(
    [&](auto reply) { operations().keep(act, std::move(reply)); });
  CAF_REQUIRE(done);
  CAF_CHECK(!done->is_audited);
  auto why_not = acts();
  CAF_REQUIRE(!why_not);
  CAF_CHECK(why_not.error().detail.find("1 acts wait") != std::string::npos);
  wanted->open_sql = false;
  pass(6s);
  auto page = acts();
  CAF_REQUIRE(page);
  CAF_CHECK(page->pending.empty());
  CAF_REQUIRE_EQUAL(page->acts.size(), 1u);
  CAF_CHECK_EQUAL(page->acts[0].subject, "debug");
  CAF_CHECK(page->acts[0].at != timestamp{});
}

CAF_TEST(are not lost where nobody is there to write them) {
  peers->records.clear();
  auto done = asked<acted<registrar::done>>(
    [&](auto reply) { operations().keep({}, std::move(reply)); });
  CAF_REQUIRE(done);
  CAF_CHECK(!done->is_audited);
  CAF_CHECK_EQUAL(peers->acts.size(), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(the_journal, operators_records)

CAF_TEST(is shown by partition and worker) {
  wanted->sql = true;
  submit(1, 1, {1});
  auto state = asked<journal_state>(
    [&](auto done) { operations().journal(std::move(done)); });
  CAF_REQUIRE(state);
  CAF_REQUIRE_EQUAL(state->partitions.size(), std::size_t{partition_count});
  std::uint64_t sum = 0;
  for (const auto& x : state->partitions) {
    CAF_CHECK(x.epoch > 0);
    CAF_CHECK_EQUAL(x.owner, node_name_of(settings{}));
    sum += x.uncommitted.value_or(1'000);
  }
  CAF_CHECK(sum > 0);
  CAF_CHECK_EQUAL(sum, state->uncommitted);
  auto own = partition_of(section_of(1));
  CAF_CHECK_EQUAL(state->partitions[own].uncommitted.value_or(0), sum);
  CAF_REQUIRE_EQUAL(state->workers.size(), 2u);
  CAF_CHECK_EQUAL(state->workers[0].name, "database-sync/0");
  CAF_CHECK(!state->workers[0].last_failure.empty());
  CAF_CHECK(state->workers[0].oldest.has_value());
  CAF_CHECK(!state->workers[0].figures.empty());
  CAF_CHECK_EQUAL(state->workers[1].name, "journal-reader");
  CAF_CHECK_EQUAL(state->workers[1].state, "running");
}

CAF_TEST(is shown without who is away) {
  peers->ledger[0].clear();
  peers->sync[0].clear();
  auto state = asked<journal_state>(
    [&](auto done) { operations().journal(std::move(done)); });
  CAF_REQUIRE(state);
  CAF_CHECK(!state->partitions[0].uncommitted);
  CAF_CHECK_EQUAL(state->workers[0].state, "restarting");
}

CAF_TEST_FIXTURE_SCOPE_END()
