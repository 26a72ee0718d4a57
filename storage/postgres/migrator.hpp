#pragma once

#include "storage/migrations/migrations.hpp"
#include "storage/postgres/connection.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace registrar {

/// Brings a database to the newest schema, each migration in its own
/// transaction under an advisory lock, so that servers that start at once wait
/// for each other. Table `registrar_migrations` holds what was carried out.
/// @returns the names of those that were carried out.
/// `ec::store_unusable` where the database is of a newer program or not ours.
fallible<std::vector<std::string_view>> migrate(connection& db,
                                                std::span<const migration> all);

/// Fails unless the schema is the newest.
fallible<done> expect_migrated(connection& db, std::span<const migration> all);

} // namespace registrar
