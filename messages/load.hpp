#pragma once

#include <chrono>
#include <cstdint>

namespace registrar {

/// How much the service has to carry right now.
struct service_load {
  /// Journal entries that SQL does not hold yet, and the bound from which
  /// registrations are refused.
  std::uint64_t uncommitted = 0;
  std::uint64_t uncommitted_max = 1;
  /// What a step of the ledger took of late, on average.
  std::chrono::microseconds ledger_time{0};
};

} // namespace registrar
