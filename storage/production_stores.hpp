#pragma once

#include "storage/ports/stores.hpp"
#include "storage/postgres/open.hpp"
#include "storage/redis/ledger_stores.hpp"

#include <memory>
#include <string>
#include <vector>

/// A ledger in Redis beside SQL in PostgreSQL: how a server and the commands
/// open the two together.

namespace registrar {

struct production_options {
  redis_options redis;
  postgres_options postgres;
};

/// Brings the database to this version's schema. @returns what was done, a line
/// each.
fallible<std::vector<std::string>>
migrate_production_stores(const production_options& options);

/// Who may use them: a server, which decides, or a command that only reads.
enum class production_use { serve, read };

/// The two, which belong together: Redis and SQL share the ledger's id
/// (DESIGN 2). For `serve`, migrates SQL, makes both a new ledger where neither
/// has one, and waits until nobody stands against it (storage/redis/admission):
/// `ec::store_locked` names who does. With `redis.is_clustered` it joins
/// others. `ec::store_unusable` says in what they do not belong together or how
/// this Redis can forget, `ec::ledger_lost` names what to do,
/// `ec::dependency_unavailable` may heal.
/// @param holder name of the server, which stays the same over restarts.
fallible<std::shared_ptr<store_factory>>
open_production_stores(const production_options& options, production_use use,
                       const std::string& holder);

/// SQL's part alone, migrated: for what the catalogue takes from files.
fallible<std::unique_ptr<catalogue_store>>
open_production_catalogue(const production_options& options);

} // namespace registrar
