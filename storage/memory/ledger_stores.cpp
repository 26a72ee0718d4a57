#include "storage/memory/ledger_stores.hpp"

#include "storage/memory/idempotency_store.hpp"
#include "storage/memory/ledger_content.hpp"
#include "storage/memory/seat_ledger.hpp"
#include "storage/memory/sync_journal.hpp"

namespace registrar {

namespace {

/// Everything is as durable as it gets once it is called.
class no_group : public group_commit {
public:
  fallible<done> open() override {
    return done{};
  }

  fallible<done> commit() override {
    return done{};
  }
};

class memory_connection : public ledger_stores {
public:
  memory_connection(const std::shared_ptr<memory_ledger::content>& shared,
                    std::uint64_t incarnation)
    : ledger_(shared), keys_(shared, incarnation), journal_(shared) {
  }

  seat_ledger& ledger() override {
    return ledger_;
  }

  idempotency_store& keys() override {
    return keys_;
  }

  sync_journal& journal() override {
    return journal_;
  }

  group_commit& commit_group() override {
    return group_;
  }

private:
  memory_seat_ledger ledger_;
  memory_idempotency_store keys_;
  memory_sync_journal journal_;
  no_group group_;
};

} // namespace

memory_ledger::memory_ledger() : content_(std::make_shared<content>()) {
}

memory_ledger::~memory_ledger() = default;

std::unique_ptr<ledger_stores> memory_ledger::open() {
  std::lock_guard guard{content_->mutex};
  return std::make_unique<memory_connection>(content_, ++content_->incarnation);
}

std::unique_ptr<sync_journal> memory_ledger::open_journal() {
  return std::make_unique<memory_sync_journal>(content_);
}

} // namespace registrar
