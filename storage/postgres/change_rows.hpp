#pragma once

#include "storage/postgres/connection.hpp"
#include "storage/rules/section_change.hpp"

#include <span>
#include <unordered_map>

namespace registrar {

/// Settings that SQL has of sections which are in the ledger.
using known_settings = std::unordered_map<section_id, section_settings>;

/// Writes what changed in some sections with one statement a kind of row, in
/// the order in which no legal row is refused (DESIGN 3.7): headers with the
/// highest capacity of the batch, rows that end, rows that live, headers with
/// the capacity that stays.
/// @pre the sections are locked, each comes once.
fallible<done> write_changes(connection& db,
                             std::span<const section_change> changes);

/// The same for less, where no row of an enrolment is there yet; else, and
/// where one is refused, `ec::conflict`. A section that stays as `known` and
/// whose last entry is an enrolment is left to SQL's trigger, which writes the
/// cursor together with the count.
/// @pre also: `known` was read under the lock.
fallible<done> write_new_changes(connection& db,
                                 std::span<const section_change> changes,
                                 const known_settings& known);

} // namespace registrar
