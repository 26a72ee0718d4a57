#include "tests/contract/postgres_back_end.hpp"

#include "storage/factory.hpp"
#include "storage/postgres/open.hpp"
#include "tests/unit/postgres/pg_fixture.hpp"

namespace registrar::test {

namespace {

class postgres_stores : public store_factory {
public:
  postgres_stores(std::shared_ptr<store_factory> ledger,
                  postgres_options options)
    : ledger_(std::move(ledger)), options_(std::move(options)) {
  }

  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share& share) override {
    return ledger_->open_ledger(share);
  }

  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    return ledger_->open_journal();
  }

  fallible<std::unique_ptr<registration_store>> open_registrations() override {
    return open_postgres_registrations(options_);
  }

  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override {
    return open_postgres_catalogue(options_);
  }

  std::size_t sync_workers() const override {
    return 10;
  }

private:
  std::shared_ptr<store_factory> ledger_;
  postgres_options options_;
};

class postgres_back_end_of_test : public back_end {
public:
  std::shared_ptr<store_factory> start() override {
    auto migrated = must_have(migrate_postgres(database_.options));
    if (!migrated.empty()) {
      auto catalogue = must_have(open_postgres_catalogue(database_.options));
      must_have(catalogue->put(suite_catalogue(), timestamp{}));
    }
    return std::make_shared<postgres_stores>(ledger_, database_.options);
  }

  /// A killed process is to PostgreSQL a connection that ends.
  void die() override {
    database_.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                      "where datname = current_database() "
                      "and pid <> pg_backend_pid()");
  }

private:
  pg_database database_;
  std::shared_ptr<store_factory> ledger_
    = open_memory_stores(suite_catalogue());
};

} // namespace

std::optional<back_end_kind> postgres_back_end() {
  if (std::getenv("REGISTRAR_TEST_POSTGRES") == nullptr)
    return std::nullopt;
  return back_end_kind{
    "postgres", [] { return std::make_unique<postgres_back_end_of_test>(); }};
}

} // namespace registrar::test
