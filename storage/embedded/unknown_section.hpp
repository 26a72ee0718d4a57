#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"

namespace registrar {

/// What to say where registrar.db lacks a section that the ledger has.
inline failure unknown_section(const section_id& section) {
  return {ec::store_corrupt, "registrar.db has no section "
                               + section.to_string()
                               + ", which the ledger has; restore the file or "
                                 "import the section again."};
}

} // namespace registrar
