#include "messages/errors.hpp"

namespace registrar {

std::string_view to_string(ec code) {
  switch (code) {
    case ec::none: return "none";
    case ec::in_doubt: return "in-doubt";
    case ec::deadline_exceeded: return "deadline-exceeded";
    case ec::overloaded: return "overloaded";
    case ec::dependency_unavailable: return "dependency-unavailable";
    case ec::ledger_lost: return "ledger-lost";
    case ec::ledger_behind: return "ledger-behind";
    case ec::fenced: return "fenced";
    case ec::not_owner: return "not-owner";
    case ec::quarantined: return "quarantined";
    case ec::not_found: return "not-found";
    case ec::conflict: return "conflict";
    case ec::version_mismatch: return "version-mismatch";
    case ec::invalid_value: return "invalid-value";
    case ec::store_unusable: return "store-unusable";
    case ec::store_corrupt: return "store-corrupt";
    case ec::store_locked: return "store-locked";
    case ec::store_write_failed: return "store-write-failed";
    case ec::shutting_down: return "shutting-down";
    case ec::internal: return "internal";
  }
  return "unknown";
}

} // namespace registrar
