#pragma once

#include "storage/ports/registration_store.hpp"

#include <filesystem>
#include <memory>

namespace registrar {

/// How a store of registrar.db is opened.
enum class sql_mode {
  /// Makes and migrates the file where needed.
  write,
  /// Beside a running server.
  read,
  /// Of a directory that no server uses: changes nothing.
  read_stopped,
};

/// The projection of the ledger in registrar.db. `ec::conflict` from `apply`
/// means that SQL refuses a row by its own rules (a seat too many, a second
/// live row, an unknown student or section): nothing of the batch is written.
fallible<std::unique_ptr<registration_store>>
open_registration_store(const std::filesystem::path& path, sql_mode how);

} // namespace registrar
