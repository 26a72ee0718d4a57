#pragma once

#include "storage/embedded/database.hpp"
#include "storage/migrations/migrations.hpp"

#include <span>
#include <string>
#include <vector>

namespace registrar {

/// Brings a file to the newest schema, each migration in its own transaction.
/// `pragma user_version` holds the last one's number.
/// @returns the names of those that were carried out.
/// `ec::store_unusable` where the file is of a newer program or not ours.
fallible<std::vector<std::string_view>> migrate(database& db,
                                                std::span<const migration> all);

/// For readers: fails unless the schema is the newest.
fallible<done> expect_migrated(database& db, std::span<const migration> all);

} // namespace registrar
