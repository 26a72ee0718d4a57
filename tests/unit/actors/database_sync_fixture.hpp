#pragma once

#include "actors/database_sync.hpp"
#include "tests/unit/actors/sync_fixture.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <algorithm>

// Last, because of its macros.
#include "tests/unit/actors/dsl.hpp"

/// One database-sync worker on a memory store, with everybody around it silent.

namespace actor_tests {

/// Longer than entries of fast transactions gather before they are written.
constexpr auto gathered = 120ms;

struct sync_fixture : test_coordinator_fixture<> {
  sync_fixture() {
    start_ledger();
    reader = sys.spawn(silent_reader, log);
    peers->journal_reader.set(reader);
    peers->waitlist[0].set(sys.spawn(silent_waitlist, log));
  }

  ~sync_fixture() override {
    kill();
  }

  void start() {
    uut = sys.spawn(database_sync, std::size_t{0}, peers,
                    std::shared_ptr<store_factory>{factory});
    consume_messages();
  }

  void start_ledger() {
    peers->ledger[0].set(sys.spawn(silent_ledger, ledger));
  }

  void kill() {
    caf::anon_send_exit(uut, caf::exit_reason::kill);
    consume_messages();
  }

  /// Puts entries into the mailbox; `pass` lets them be handled.
  void post(std::vector<journal_entry> entries) {
    self->send(uut, entries_appended{std::move(entries)});
  }

  void pass(std::chrono::milliseconds time) {
    consume_messages();
    for (; time > 0ms; time -= 10ms) {
      advance_time(std::min<std::chrono::milliseconds>(time, 10ms));
      consume_messages();
    }
  }

  void bring(std::vector<journal_entry> entries) {
    post(std::move(entries));
    pass(gathered);
  }

  std::uint64_t in_sql(int section) {
    auto found = factory->sql->sections.find(section_of(section));
    return found == factory->sql->sections.end() ? 0 : found->second.sequence();
  }

  failure ping_it() {
    failure result;
    self->send(uut, ping{});
    consume_messages();
    self->receive([&](failure& x) { result = std::move(x); });
    return result;
  }

  std::string state() {
    std::string result;
    self->send(uut, get_status{});
    consume_messages();
    self->receive([&](const actor_status& x) { result = x.state; });
    return result;
  }

  using cursor = std::pair<section_id, std::uint64_t>;

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  std::shared_ptr<faults> wanted = factory->wanted;
  std::shared_ptr<sync_log> log = std::make_shared<sync_log>();
  std::shared_ptr<ledger_log> ledger = std::make_shared<ledger_log>();
  journal_reader_actor reader;
  database_sync_worker_actor uut;
};

} // namespace actor_tests
