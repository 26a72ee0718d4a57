#pragma once

#include "storage/embedded/ledger_core.hpp"
#include "storage/ports/stores.hpp"

namespace registrar {

/// Opens the embedded ledger: loads its state from journal.db and from SQL and
/// holds one against the other. Only one may be open at a time.
///
/// `ec::store_corrupt` names the position or the section, `ec::store_unusable`
/// says what is wrong with the file, `ec::store_write_failed` may heal.
/// @param ledger_id the id that SQL has, or nil to take the journal's.
fallible<std::unique_ptr<ledger_stores>>
open_embedded_ledger(const std::filesystem::path& journal,
                     open_registrations sql, const uuid& ledger_id = {});

/// The ledger's id as journal.db has it; makes the file where it is missing.
fallible<uuid> read_ledger_id(const std::filesystem::path& journal);

} // namespace registrar
