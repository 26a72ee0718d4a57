#pragma once

#include "storage/production_stores.hpp"

#include <vector>

namespace registrar {

/// A section whose ledger was lost, or had lost writes.
struct rebuilt_section {
  section_id section;
  /// What the ledger had; 0 where it lacked the section.
  std::uint64_t was_at = 0;
  /// What SQL has, and the ledger from now on.
  std::uint64_t is_at = 0;
};

struct rebuild_report {
  /// A new one where Redis held no ledger, else the one that it held.
  uuid ledger_id;
  bool was_lost = false;
  std::vector<rebuilt_section> rebuilt;
  /// Sections that had lost nothing that SQL knows of.
  std::size_t kept = 0;
  std::size_t enrolled = 0;
  std::size_t waitlisted = 0;
};

/// Makes from SQL what a Redis has lost (DESIGN 5): the whole ledger, under a
/// new id, or those sections that are behind SQL. Fenced: no former owner
/// writes any more.
///
/// `ec::store_locked` while a server holds the ledger, or where the ledger has
/// lost nothing; `ec::store_unusable` where Redis holds another ledger than
/// SQL's, or SQL followed none; `ec::store_corrupt` where SQL's rows contradict
/// each other. May be called again after it failed midway.
fallible<rebuild_report> rebuild_ledger(const production_options& options);

} // namespace registrar
