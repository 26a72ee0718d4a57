#pragma once

#include "tests/contract/back_end.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace registrar::test {

/// A back end with everything open on it, as a server has it.
class side {
public:
  explicit side(const back_end_kind& kind);

  seat_ledger& ledger() {
    return stores_->ledger();
  }

  idempotency_store& keys() {
    return stores_->keys();
  }

  /// The worker's own, which trims.
  sync_journal& journal() {
    return stores_->journal();
  }

  /// The one beside the worker.
  sync_journal& reader() {
    return *reader_;
  }

  group_commit& group() {
    return stores_->commit_group();
  }

  registration_store& sql() {
    return *sql_;
  }

  /// Another connection to SQL, for another thread.
  fallible<std::unique_ptr<registration_store>> open_sql() {
    return factory_->open_registrations();
  }

  /// Ends in order and starts again.
  void reopen();

  /// Is killed and starts again.
  void crash();

private:
  void open();

  std::unique_ptr<back_end> back_end_;
  std::shared_ptr<store_factory> factory_;
  std::unique_ptr<ledger_stores> stores_;
  std::unique_ptr<sync_journal> reader_;
  std::unique_ptr<registration_store> sql_;
};

/// The value, or a failed test that names the failure.
template <class T>
T must(fallible<T> result) {
  REQUIRE_MESSAGE(bool(result), (result ? "" : result.error().detail));
  return std::move(*result);
}

} // namespace registrar::test
