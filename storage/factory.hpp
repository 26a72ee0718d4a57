#pragma once

#include "storage/embedded/data_directory.hpp"
#include "storage/ports/stores.hpp"

#include <memory>
#include <string>
#include <vector>

/// The one place that knows every back end.

namespace registrar {

/// Stores that forget when the process ends, for benchmarks and tests. Share
/// one catalogue, which starts with `content`.
std::shared_ptr<store_factory> open_memory_stores(catalogue_content content);

/// journal.db and registrar.db in a directory that the caller holds; brings
/// both to this version's schema first. @pre `directory` outlives the factory.
fallible<std::shared_ptr<store_factory>>
open_embedded_stores(const data_directory& directory);

/// Brings both files to this version's schema, making them where they are
/// missing. @returns what was done, a line each; empty where nothing was.
fallible<std::vector<std::string>>
migrate_embedded_stores(const data_directory& directory);

} // namespace registrar
