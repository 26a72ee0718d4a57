#pragma once

#include "storage/postgres/connection.hpp"
#include "storage/rules/section_change.hpp"

#include <span>

namespace registrar {

/// Writes what changed in some sections with one statement a kind of row, in
/// the order in which no legal row is refused (DESIGN 3.7): headers with the
/// highest capacity of the batch, rows that end, rows that live, headers with
/// the capacity that stays.
/// @pre the sections are locked, each comes once.
fallible<done> write_changes(connection& db,
                             std::span<const section_change> changes);

} // namespace registrar
