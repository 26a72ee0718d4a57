#include "storage/production_stores.hpp"

#include "config/limits.hpp"
#include "storage/redis/admission.hpp"
#include "storage/redis/cluster_registry.hpp"
#include "storage/redis/ledger_identity.hpp"

namespace registrar {

namespace {

class production_stores : public store_factory {
public:
  production_stores(production_options options, const uuid& ledger_id,
                    std::uint64_t incarnation,
                    std::shared_ptr<ledger_claim> claim)
    : options_(std::move(options)), ledger_id_(ledger_id),
      incarnation_(incarnation), claim_(std::move(claim)) {
  }

  std::size_t ledger_workers() const override {
    return options_.redis.workers;
  }

  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share& share) override {
    return open_redis_ledger(options_.redis, ledger_id_, incarnation_, claim_,
                             share);
  }

  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    return open_redis_journal(options_.redis);
  }

  fallible<std::unique_ptr<registration_store>> open_registrations() override {
    auto writer = options_.postgres;
    writer.is_writer = true;
    return open_postgres_registrations(writer);
  }

  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override {
    return open_postgres_catalogue(options_.postgres);
  }

  fallible<std::unique_ptr<cluster_registry>> open_cluster_registry() override {
    return open_redis_cluster_registry(options_.redis, incarnation_);
  }

  std::size_t sync_workers() const override {
    return limits::sync_workers;
  }

  std::string run() const override {
    return claim_ ? claim_->run() : std::string{};
  }

  std::uint64_t incarnation() const override {
    return incarnation_;
  }

  void announce(std::string_view url) override {
    if (claim_)
      claim_->announce(url);
  }

private:
  production_options options_;
  uuid ledger_id_;
  std::uint64_t incarnation_;
  std::shared_ptr<ledger_claim> claim_;
};

/// The ledger's id that both hold. Redis is the first to take a new one: what
/// SQL followed and Redis has not is lost, not new.
fallible<uuid> shared_ledger_id(const production_options& options,
                                bool may_make) {
  auto of_sql = read_postgres_ledger_id(options.postgres);
  if (!of_sql)
    return of_sql.error();
  auto of_redis = read_redis_ledger_id(options.redis);
  if (!of_redis)
    return of_redis.error();
  if (of_sql->has_value() || !may_make) {
    auto why = judge_ledger_id(*of_redis, of_sql->value_or(uuid{}));
    if (why.code != ec::none)
      return why;
    return *of_redis;
  }
  if (of_redis->is_nil()) {
    of_redis = create_redis_ledger(options.redis, uuid::random());
    if (!of_redis)
      return of_redis.error();
  } else if (auto used = is_redis_ledger_used(options.redis); !used) {
    return used.error();
  } else if (*used) {
    return judge_ledger_id(*of_redis, uuid{});
  }
  auto claimed = claim_postgres_ledger_id(options.postgres, *of_redis);
  if (!claimed)
    return claimed.error();
  if (auto why = judge_ledger_id(*of_redis, *claimed); why.code != ec::none)
    return why;
  return *of_redis;
}

failure with_url_hint(failure why, const char* flag) {
  if (why.code == ec::dependency_unavailable)
    why.detail += std::string{" Start it, or give the right "} + flag + ".";
  return why;
}

} // namespace

fallible<std::vector<std::string>>
migrate_production_stores(const production_options& options) {
  auto carried_out = migrate_postgres(options.postgres);
  if (!carried_out)
    return with_url_hint(carried_out.error(), "--postgres");
  for (auto& name : *carried_out)
    name = "PostgreSQL: " + name;
  return carried_out;
}

fallible<std::shared_ptr<store_factory>>
open_production_stores(const production_options& options, production_use use,
                       const std::string& holder) {
  auto serves = use == production_use::serve;
  if (serves)
    if (auto migrated = migrate_production_stores(options); !migrated)
      return migrated.error();
  auto findings = check_redis(options.redis);
  if (!findings)
    return with_url_hint(findings.error(), options.redis.sentinels.empty()
                                             ? "--redis"
                                             : "redis.sentinels");
  auto ledger_id = shared_ledger_id(options, serves);
  if (!ledger_id)
    return ledger_id.error();
  if (!serves) {
    auto reading = options;
    // What is only looked at may be on the primary alone.
    reading.redis.replicas_min = 0;
    return std::shared_ptr<store_factory>{
      std::make_shared<production_stores>(reading, *ledger_id, 1, nullptr)};
  }
  if (auto is_free = await_redis_ledger(options.redis, holder); !is_free)
    return is_free.error();
  auto incarnation = begin_redis_incarnation(options.redis);
  if (!incarnation)
    return incarnation.error();
  return std::shared_ptr<store_factory>{std::make_shared<production_stores>(
    options, *ledger_id, *incarnation, std::make_shared<ledger_claim>(holder))};
}

fallible<std::unique_ptr<catalogue_store>>
open_production_catalogue(const production_options& options) {
  if (auto migrated = migrate_production_stores(options); !migrated)
    return migrated.error();
  return open_postgres_catalogue(options.postgres);
}

} // namespace registrar
