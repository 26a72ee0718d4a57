#include "cli/chosen_stores.hpp"

#include "config/logging.hpp"
#include "config/node_name.hpp"
#include "storage/embedded/registration_store.hpp"
#include "storage/factory.hpp"
#include "storage/redis/sentinel.hpp"

namespace registrar {

namespace {

fallible<chosen_stores> open_production(const settings& config) {
  auto options = production_options_of(config);
  if (!options)
    return options.error();
  if (config.allow_volatile_redis) {
    auto findings = check_redis(options->redis);
    if (findings)
      for (const auto& finding : *findings)
        log_warn("redis-can-forget", "{}", finding);
  }
  auto factory = open_production_stores(*options, production_use::serve,
                                        node_name_of(config));
  if (!factory)
    return factory.error();
  chosen_stores result;
  result.factory = std::move(*factory);
  result.where = place_of(options->redis) + " and PostgreSQL";
  return result;
}

fallible<chosen_stores> open_embedded(const settings& config) {
  auto directory
    = data_directory::open(config.data_dir, data_directory::purpose::write);
  if (!directory)
    return directory.error();
  chosen_stores result;
  result.directory = std::make_unique<data_directory>(std::move(*directory));
  auto factory = open_embedded_stores(*result.directory);
  if (!factory)
    return factory.error();
  result.factory = std::move(*factory);
  result.where = result.directory->path().string();
  return result;
}

} // namespace

fallible<production_options> production_options_of(const settings& config) {
  auto address = redis_address::parse(config.redis_url);
  if (!address)
    return address.error();
  production_options result;
  result.redis.address = std::move(*address);
  result.redis.allow_volatile = config.allow_volatile_redis;
  auto sentinels = parse_sentinels(config.redis_sentinels);
  if (!sentinels)
    return sentinels.error();
  result.redis.sentinels = std::move(*sentinels);
  result.redis.sentinel_master = config.redis_sentinel_master;
  result.redis.replicas_min = config.redis_replicas_min;
  result.redis.workers = config.redis_workers;
  result.redis.is_clustered = is_clustered(config);
  result.postgres.url = config.postgres_url;
  return result;
}

void chosen_stores::announce(const std::string& url) {
  factory->announce(url);
  if (!directory)
    return;
  if (auto announced = directory->announce(url); !announced)
    log_warn("announce-failed", "the lock file does not name the server: {}",
             announced.error().detail);
}

fallible<chosen_stores> open_chosen_stores(const settings& config) {
  return is_production(config) ? open_production(config)
                               : open_embedded(config);
}

fallible<std::unique_ptr<registration_store>>
open_chosen_registrations(const settings& config) {
  if (!is_production(config)) {
    auto file = config.data_dir / "registrar.db";
    if (!std::filesystem::exists(file))
      return failure{ec::store_unusable,
                     "There is no " + file.string()
                       + "; choose another directory with --data-dir, or start "
                         "the server once to make it."};
    return embedded_registration_store::open(file);
  }
  auto options = production_options_of(config);
  if (!options)
    return options.error();
  auto opened = open_postgres_registrations(options->postgres);
  if (!opened)
    return with_remedy(opened.error(), "--postgres");
  return opened;
}

failure with_remedy(failure why, const char* flag) {
  if (why.code == ec::dependency_unavailable)
    why.detail += std::string{" Start it, or give the right "} + flag + ".";
  return why;
}

} // namespace registrar
