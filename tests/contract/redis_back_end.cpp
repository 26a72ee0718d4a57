#include "storage/factory.hpp"
#include "storage/redis/ledger_stores.hpp"
#include "tests/contract/back_end.hpp"
#include "tests/unit/redis/test_redis.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace registrar::test {

namespace {

/// The ledger in Redis; SQL's part is the memory model's, which lives as long
/// as the back end does.
class redis_stores : public store_factory {
public:
  redis_stores(redis_options options, std::shared_ptr<store_factory> sql)
    : options_(std::move(options)), sql_(std::move(sql)) {
  }

  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share&) override {
    return open_redis_ledger(options_);
  }

  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    return open_redis_journal(options_);
  }

  fallible<std::unique_ptr<registration_store>> open_registrations() override {
    return sql_->open_registrations();
  }

  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override {
    return sql_->open_catalogue();
  }

  std::size_t sync_workers() const override {
    return sql_->sync_workers();
  }

private:
  redis_options options_;
  std::shared_ptr<store_factory> sql_;
};

/// A new ledger in the test's Redis. Everything acknowledged is on its disk: a
/// kill of the process that uses it leaves what an orderly end leaves.
class redis_back_end : public back_end {
public:
  redis_back_end() {
    options_.address = test_redis();
    empty(options_.address);
    auto made = create_redis_ledger(options_, uuid::random());
    REQUIRE_MESSAGE(bool(made), (made ? "" : made.error().detail));
  }

  std::shared_ptr<store_factory> start() override {
    return std::make_shared<redis_stores>(options_, sql_);
  }

  void die() override {
  }

private:
  redis_options options_;
  std::shared_ptr<store_factory> sql_ = open_memory_stores(suite_catalogue());
};

} // namespace

std::span<const back_end_kind> back_ends() {
  static const std::vector<back_end_kind> all{
    {"redis", [] { return std::make_unique<redis_back_end>(); }, false},
  };
  return all;
}

} // namespace registrar::test
