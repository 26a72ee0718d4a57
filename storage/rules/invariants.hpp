#pragma once

#include "messages/ledger.hpp"

#include <string>
#include <vector>

/// What must hold in every section at every moment (P1, P3, P4), as checks that
/// name what does not. Tests, load and `verify` share them.

namespace registrar {

/// One sentence for each broken invariant of a section at rest: counts are
/// those of the rows, nobody lives twice, orders rise, a free seat does not
/// stay beside a line, no ticket or sequence lies in the future.
std::vector<std::string> broken_invariants(const section_rows& rows);

/// The same, and the rows must have this digest.
std::vector<std::string> broken_invariants(const section_rows& rows,
                                           std::uint64_t digest);

/// Whether `next` may follow on a section that was at `before`: enrolments rise
/// only up to the capacity of that moment, the sequence rises by one, settings
/// change only by an entry that says so, and then their version rises by one.
std::vector<std::string> broken_invariants(const section_header& before,
                                           const journal_entry& next);

} // namespace registrar
