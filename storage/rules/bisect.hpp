#pragma once

#include "messages/errors.hpp"
#include "messages/ledger.hpp"

#include <functional>
#include <span>

namespace registrar {

/// Trying again does not help: the batch contradicts what SQL holds.
inline bool is_permanent(ec code) {
  return code == ec::conflict || code == ec::invalid_value;
}

/// How far one section's entries were written.
struct bisected {
  std::size_t written = 0;
  /// Why the entry after those was refused alone; `ec::none` where all were
  /// written.
  failure why;
};

/// Writes entries until one is refused for good alone (DESIGN 5). Refused
/// together does not mean refused one by one (and the other way round: a
/// student who comes and goes within a batch leaves nothing to refuse), so an
/// entry counts as bad only when it was tried by itself.
/// @param write writes entries behind those it wrote before, or leaves nothing
/// of them behind.
/// @returns a failure that is not permanent as it is.
fallible<bisected> write_until_refused(
  std::span<const journal_entry> entries,
  const std::function<fallible<done>(std::span<const journal_entry>)>& write);

} // namespace registrar
