#define CAF_SUITE journal_reader

#include "actors/journal_reader.hpp"
#include "config/limits.hpp"
#include "tests/unit/actors/sync_fixture.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <algorithm>
#include <map>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

/// A journal that a test fills itself.
class given_journal : public sync_journal {
public:
  fallible<page> read(std::uint64_t position, std::size_t limit) override {
    page result{{}, position};
    while (result.position < entries.size() && result.entries.size() < limit)
      result.entries.push_back(entries[result.position++]);
    return result;
  }

  fallible<std::vector<journal_entry>>
  read_section(const section_id& section, std::uint64_t after,
               std::size_t limit) override {
    std::vector<journal_entry> result;
    for (const auto& entry : entries)
      if (entry.after.section == section && entry.after.sequence > after
          && result.size() < limit)
        result.push_back(entry);
    return result;
  }

  fallible<std::size_t> trim(std::span<const section_cursor>, timestamp,
                             std::size_t) override {
    return std::size_t{0};
  }

  void add(int section, std::uint64_t from, std::uint64_t to) {
    for (auto& entry : entries_of(section, from, to))
      entries.push_back(std::move(entry));
  }

  std::vector<journal_entry> entries;
};

struct reader_fixture : test_coordinator_fixture<> {
  reader_fixture() {
    factory->journal = journal;
    peers->ledger[0].set(sys.spawn(silent_ledger, ledger));
    for (std::size_t i = 0; i < 3; ++i)
      start_worker(i);
  }

  ~reader_fixture() override {
    caf::anon_send_exit(uut, caf::exit_reason::kill);
    consume_messages();
  }

  void start() {
    uut = sys.spawn(journal_reader, peers,
                    std::shared_ptr<store_factory>{factory});
    consume_messages();
    pass(100ms);
  }

  void start_worker(std::size_t index) {
    peers->sync[index].set(sys.spawn(silent_sync, logs[index]));
  }

  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 10ms) {
      advance_time(10ms);
      consume_messages();
    }
  }

  void ask(int section, std::uint64_t after) {
    self->send(uut, fill_gap{section_of(section), after});
    pass(100ms);
  }

  std::size_t received() const {
    std::size_t result = 0;
    for (const auto& log : logs)
      result += log->entries.size();
    return result;
  }

  sync_log& log_of(int section) {
    return *logs[directory::index_of(section_of(section), peers->sync)];
  }

  void forget() {
    for (auto& log : logs)
      *log = sync_log{};
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(3, 1);
  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  std::shared_ptr<faults> wanted = factory->wanted;
  std::shared_ptr<given_journal> journal = std::make_shared<given_journal>();
  std::shared_ptr<ledger_log> ledger = std::make_shared<ledger_log>();
  std::array<std::shared_ptr<sync_log>, 3> logs{std::make_shared<sync_log>(),
                                                std::make_shared<sync_log>(),
                                                std::make_shared<sync_log>()};
  journal_reader_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_journal_reader, reader_fixture)

CAF_TEST(reads everything at its start and gives each section to one worker) {
  for (int i = 1; i <= 9; ++i)
    journal->add(i, 1, 3);
  start();
  CAF_CHECK_EQUAL(received(), 27u);
  for (int i = 1; i <= 9; ++i) {
    const auto& got = log_of(i).entries;
    auto count
      = std::count_if(got.begin(), got.end(), [&](const journal_entry& x) {
          return x.after.section == section_of(i);
        });
    CAF_CHECK_EQUAL(count, 3);
  }
  std::map<section_id, std::uint64_t> last;
  for (const auto& log : logs)
    for (const auto& entry : log->entries)
      CAF_CHECK_EQUAL(entry.after.sequence, ++last[entry.after.section]);
}

CAF_TEST(reads everything again after a takeover) {
  journal->add(1, 1, 3);
  start();
  forget();
  self->send(uut, fill_gap{});
  pass(100ms);
  CAF_CHECK_EQUAL(received(), 3u);
}

CAF_TEST(reads pages of a bounded size) {
  journal->add(1, 1, 3 * limits::sync_batch_max + 5);
  start();
  CAF_CHECK_EQUAL(received(), journal->entries.size());
  CAF_CHECK_LESS(3u, wanted->journal_limits.size());
  for (auto limit : wanted->journal_limits)
    CAF_CHECK_LESS_OR_EQUAL(limit, limits::sync_batch_max);
  for (auto size : log_of(1).portions)
    CAF_CHECK_LESS_OR_EQUAL(size, limits::sync_batch_max);
}

CAF_TEST(reads no page while SQL takes nothing and goes on by itself) {
  journal->add(1, 1, 3);
  for (auto& log : logs)
    log->answer_to_ping = {ec::store_write_failed, "SQL is down."};
  start();
  pass(3s);
  CAF_CHECK_EQUAL(received(), 0u);
  CAF_CHECK(wanted->journal_limits.empty());
  for (auto& log : logs)
    log->answer_to_ping = {};
  pass(300ms);
  CAF_CHECK_EQUAL(received(), 3u);
}

CAF_TEST(waits for a worker that is being restarted) {
  journal->add(1, 1, 3);
  peers->sync[1].clear();
  start();
  pass(1s);
  CAF_CHECK_EQUAL(received(), 0u);
  start_worker(1);
  pass(300ms);
  CAF_CHECK_EQUAL(received(), 3u);
}

CAF_TEST(fills the gap of one section and sends nothing else) {
  journal->add(1, 1, 9);
  journal->add(2, 1, 9);
  start();
  forget();
  ask(1, 4);
  CAF_REQUIRE_EQUAL(received(), 5u);
  const auto& got = log_of(1).entries;
  CAF_CHECK_EQUAL(got.front().after.sequence, 5u);
  CAF_CHECK_EQUAL(got.back().after.sequence, 9u);
}

CAF_TEST(fills gaps although a worker says that SQL takes nothing) {
  journal->add(1, 1, 9);
  start();
  forget();
  for (auto& log : logs)
    log->answer_to_ping = {ec::store_write_failed, "SQL is down."};
  ask(1, 4);
  CAF_CHECK_EQUAL(received(), 5u);
}

CAF_TEST(brings the rows of a section that the journal cannot fill) {
  journal->add(1, 6, 9);
  start();
  forget();
  ask(1, 2);
  CAF_CHECK_EQUAL(received(), 0u);
  CAF_REQUIRE_EQUAL(log_of(1).projections.size(), 1u);
  // What the ledger's stand-in says.
  CAF_CHECK_EQUAL(log_of(1).projections[0].rows.header.sequence, 7u);
}

CAF_TEST(brings the rows when it is asked again and the ledger is back) {
  start();
  peers->ledger[0].clear();
  ask(1, 2);
  CAF_CHECK(log_of(1).projections.empty());
  peers->ledger[0].set(sys.spawn(silent_ledger, ledger));
  ask(1, 2);
  CAF_CHECK_EQUAL(log_of(1).projections.size(), 1u);
}

CAF_TEST(tries again with growing pauses when the journal fails) {
  journal->add(1, 1, 3);
  wanted->journal = true;
  start();
  pass(20s);
  CAF_CHECK_EQUAL(received(), 0u);
  CAF_CHECK_LESS(7u, wanted->journal_limits.size());
  CAF_CHECK_LESS(wanted->journal_limits.size(), 24u);
  wanted->journal = false;
  pass(6s);
  CAF_CHECK_EQUAL(received(), 3u);
}

CAF_TEST(says why while the journal fails and that it is over) {
  auto state = [this] {
    std::string result;
    self->send(uut, get_status{});
    consume_messages();
    self->receive([&](const actor_status& x) { result = x.state; });
    return result;
  };
  wanted->journal = true;
  start();
  CAF_CHECK_EQUAL(state(), "degraded");
  wanted->journal = false;
  pass(1s);
  CAF_CHECK_EQUAL(state(), "running");
}

CAF_TEST_FIXTURE_SCOPE_END()
