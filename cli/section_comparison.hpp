#pragma once

#include "messages/ledger.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace registrar {

/// One thing that ledger and SQL say differently.
struct difference {
  section_id section;
  /// Nil where no single student is concerned.
  student_id student;
  /// What is where.
  std::string what;

  friend bool operator==(const difference&, const difference&) = default;
};

/// Of a section: what differs, and how far SQL is behind.
struct section_verdict {
  std::vector<difference> differences;
  /// Entries of the ledger that SQL does not hold yet; no difference.
  std::uint64_t lag = 0;
};

/// Holds SQL's rows of a section against the journal's kept entries of it
/// (DESIGN 7). Pure.
///
/// Compared: the entry at SQL's cursor with SQL's settings, counts, rows and
/// digest; every student of the kept entries that have no hole behind them with
/// SQL's row; what SQL would hold after the entries that it lacks with the last
/// entry, and with the invariants; and enrolments with the capacity of their
/// moment.
section_verdict compare_with_journal(const section_rows& sql,
                                     std::span<const journal_entry> kept);

/// Holds SQL's rows, and after them the entries that SQL lacks, against the
/// rows of a ledger that nobody changes. Pure.
section_verdict compare_with_stopped(const section_rows& sql,
                                     std::span<const journal_entry> lacking,
                                     const section_rows& ledger);

/// Holds SQL's rows against the live ledger's, at equal sequences: who is in
/// which list, in which order, and the totals.
std::vector<difference> compare_with_ledger(const section_rows& sql,
                                            const section_rows& ledger);

} // namespace registrar
