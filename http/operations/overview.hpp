#pragma once

#include "http/metrics/http_meters.hpp"
#include "http/metrics/process_figures.hpp"
#include "messages/service.hpp"

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

/// What the overview for operators is made of: totals that are counted anyway,
/// and what became of them since the last look.

namespace registrar {

/// Totals at one moment.
struct overview_totals {
  std::chrono::steady_clock::time_point at{};
  /// Of single sections, by `seat_status`, and undecided ones.
  std::array<std::uint64_t, seat_status_count> results{};
  std::uint64_t undecided = 0;
  std::uint64_t requests = 0;
  /// Answered with 500 or 503.
  std::uint64_t errors = 0;
  /// Of POST register and drop, by the buckets of `duration_spread`.
  std::array<std::uint64_t, spread::bounds_max + 1> times{};
  std::uint64_t ledger_steps = 0;
  double ledger_commands = 0;
  double cpu_seconds = 0;

  static overview_totals read(const http_meters& http,
                              const service_meters& service,
                              const process_figures& process,
                              std::chrono::steady_clock::time_point now);
};

/// The last two looks, which all who look share. Thread-safe.
class overview_history {
public:
  /// @returns the look before, unless it is too old to say anything about the
  ///          present, and the last, which is `fresh` unless one is young
  ///          enough
  std::pair<std::optional<overview_totals>, overview_totals>
  look(const overview_totals& fresh);

private:
  std::mutex mutex_;
  std::optional<overview_totals> before_;
  std::optional<overview_totals> last_;
};

/// The bound below which a share of the values between two totals lies,
/// straight within a bucket; none where there are none.
/// @param share 0 to 1
std::optional<double> quantile_ms(const overview_totals& before,
                                  const overview_totals& last, double share);

} // namespace registrar
