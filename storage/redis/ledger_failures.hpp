#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"

#include <string>
#include <string_view>

/// What to say where Redis does not hold what it must.

namespace registrar::redis_failures {

/// `ec::ledger_lost`
failure lost_epoch(std::uint32_t partition);

/// `ec::store_corrupt`
failure corrupt(const std::string& what);

/// What lua/decide/ names.
failure named(std::string_view name, const section_id& section);

} // namespace registrar::redis_failures
