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
  sync_fixture();
  ~sync_fixture() override;
  void start();
  void start_ledger();
  void kill();

  /// Puts entries into the mailbox; `pass` lets them be handled.
  void post(std::vector<journal_entry> entries);
  void pass(std::chrono::milliseconds time);
  void bring(std::vector<journal_entry> entries);
  std::uint64_t in_sql(int section);
  failure ping_it();
  std::string state();

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
