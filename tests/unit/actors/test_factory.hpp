#pragma once

#include "storage/memory/ledger_stores.hpp"
#include "storage/memory/registration_store.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace actor_tests {

/// What a test lets fail, and what was done; shared with every store that the
/// factory opened.
struct faults {
  bool open_ledger = false;
  ec ledger_error = ec::dependency_unavailable;
  bool commit = false;
  /// SQL answers, but takes nothing.
  bool sql = false;
  ec sql_error = ec::store_write_failed;
  /// SQL refuses entries of this kind for good; for tests with one section.
  entry_kind refused_kind = entry_kind::decided;
  /// SQL takes whole sections.
  bool projections = true;
  /// SQL cannot be reached.
  bool open_sql = false;
  bool journal = false;
  /// What SQL answers to rows of the audit log.
  ec audit_error = ec::none;
  std::uint64_t commits = 0;
  std::uint64_t sql_attempts = 0;
  /// How often a connection to SQL was opened or tried to.
  std::uint64_t sql_openings = 0;
  std::uint64_t sql_transactions = 0;
  /// What SQL was given in transactions that it took, in order.
  std::vector<std::pair<section_id, std::uint64_t>> written;
  std::vector<std::size_t> transaction_sizes;
  std::vector<std::size_t> journal_limits;
};

class failing_commit : public group_commit {
public:
  failing_commit(group_commit& real, std::shared_ptr<faults> wanted)
    : real_(real), wanted_(std::move(wanted)) {
  }

  fallible<done> open() override {
    return real_.open();
  }

  fallible<done> commit() override {
    if (wanted_->commit)
      return {ec::store_write_failed, "No space is left on the device."};
    ++wanted_->commits;
    return real_.commit();
  }

private:
  group_commit& real_;
  std::shared_ptr<faults> wanted_;
};

class failing_stores : public ledger_stores {
public:
  failing_stores(std::unique_ptr<ledger_stores> real,
                 std::shared_ptr<faults> wanted)
    : real_(std::move(real)),
      commit_(real_->commit_group(), std::move(wanted)) {
  }

  seat_ledger& ledger() override {
    return real_->ledger();
  }

  idempotency_store& keys() override {
    return real_->keys();
  }

  sync_journal& journal() override {
    return real_->journal();
  }

  group_commit& commit_group() override {
    return commit_;
  }

private:
  std::unique_ptr<ledger_stores> real_;
  failing_commit commit_;
};

/// Memory stores whose commits and SQL fail when a test wants it.
class test_factory : public store_factory {
public:
  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share&) override;
  fallible<std::unique_ptr<sync_journal>> open_journal() override;
  fallible<std::unique_ptr<registration_store>> open_registrations() override;
  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override;
  std::size_t sync_workers() const override;

  memory_ledger ledger;
  /// Read instead of the ledger's where a test brings its own.
  std::shared_ptr<sync_journal> journal;
  std::shared_ptr<memory_projection> sql
    = std::make_shared<memory_projection>();
  std::shared_ptr<faults> wanted = std::make_shared<faults>();
};

} // namespace actor_tests
