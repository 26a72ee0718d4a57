#pragma once

#include "storage/ports/catalogue_store.hpp"
#include "storage/ports/registration_store.hpp"
#include "storage/postgres/connection.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What this room offers to who puts a back end together.

namespace registrar {

/// Brings the database to this version's schema. Servers that start at once
/// wait for each other. @returns the names of the migrations carried out.
fallible<std::vector<std::string>>
migrate_postgres(const postgres_options& options);

/// Each call is one connection. `ec::store_unusable` where the schema is not
/// this version's.
fallible<std::unique_ptr<registration_store>>
open_postgres_registrations(const postgres_options& options);
fallible<std::unique_ptr<catalogue_store>>
open_postgres_catalogue(const postgres_options& options);

/// The ledger that this database follows (DESIGN 2), or nothing where none did
/// so far.
fallible<std::optional<uuid>>
read_postgres_ledger_id(const postgres_options& options);

/// Makes the database follow `ledger`, unless it follows one.
/// @returns the one that it follows now.
fallible<uuid> claim_postgres_ledger_id(const postgres_options& options,
                                        const uuid& ledger);

/// Makes the database follow `ledger` in place of the one that was lost.
fallible<done> replace_postgres_ledger_id(const postgres_options& options,
                                          const uuid& ledger);

} // namespace registrar
