#pragma once

#include "cli/rehearse/driver.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

/// What the Redis and the PostgreSQL of a measurement did, asked of themselves.

namespace registrar::bench {

/// Running totals.
struct production_figures {
  /// Reads of Redis from its sockets: about one for each round trip.
  std::uint64_t redis_reads = 0;
  std::uint64_t redis_scripts = 0;
  std::uint64_t sql_transactions = 0;
  std::chrono::nanoseconds redis_cpu{0};
  /// Of the processes that live now.
  std::chrono::nanoseconds postgres_cpu{0};
};

/// Whether tests/servers/run_with.py started both.
bool has_production_servers();

/// PostgreSQL publishes its counts once a second: read them a second after the
/// work that they shall hold.
production_figures read_production_figures();

/// Waits until SQL has all that was answered; nothing where it does not within
/// a minute.
std::optional<std::chrono::milliseconds>
wait_for_sync(const rehearsal::target& where);

} // namespace registrar::bench
