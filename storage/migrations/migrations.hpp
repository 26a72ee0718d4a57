#pragma once

#include <span>
#include <string_view>

/// The SQL files of this room, in the program itself. Forward only: a file
/// that was released never changes; a change is a new file with the next
/// number.

namespace registrar {

struct migration {
  /// From 1, without holes.
  int version = 0;
  /// The file's name: `0001_create.sql`.
  std::string_view name;
  std::string_view sql;
};

/// Of registrar.db, in order.
std::span<const migration> registrar_migrations();

/// Of PostgreSQL, in order.
std::span<const migration> postgres_migrations();

/// Of journal.db, in order.
std::span<const migration> journal_migrations();

} // namespace registrar
