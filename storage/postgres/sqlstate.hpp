#pragma once

#include "messages/errors.hpp"

#include <string_view>

/// What an SQLSTATE means to the rest of the program: the one place that says
/// so (DESIGN 5).

namespace registrar {

/// Transient, tried again: `dependency_unavailable` (connection, deadlock,
/// serialization, lock, timeout, shutdown, resources), `store_write_failed`
/// (disk full, I/O, read-only), `store_unusable` (missing schema, rights).
///
/// Permanent, of this batch: `conflict` (class 23, and one row twice in a
/// statement), `invalid_value` (class 22). `store_corrupt` (class XX) stops
/// the writer too.
///
/// @param state five characters, or nothing where the connection broke.
ec code_of_sqlstate(std::string_view state);

} // namespace registrar
