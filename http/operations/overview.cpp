#include "http/operations/overview.hpp"

#include "config/limits.hpp"

#include <algorithm>

namespace registrar {

namespace {

bool is_of_registrations(const http_route& route) {
  return route.method == "POST"
         && (route.pattern == "/api/v1/register"
             || route.pattern == "/api/v1/drop");
}

void add_times(overview_totals& to, const duration_spread& times) {
  for (std::size_t i = 0; i < to.times.size(); ++i)
    to.times[i] += times.count_in(i);
}

} // namespace

overview_totals
overview_totals::read(const http_meters& http, const service_meters& service,
                      const process_figures& process,
                      std::chrono::steady_clock::time_point now) {
  overview_totals result;
  result.at = now;
  for (std::size_t i = 0; i < result.results.size(); ++i)
    result.results[i] = http.results[i].value();
  result.undecided = http.results_undecided.value();
  for (std::size_t i = 0; i < http.by_route.size(); ++i) {
    const auto& route = http.by_route[i];
    for (std::size_t j = 0; j < known_statuses.size(); ++j) {
      auto count = route.by_status[j].value();
      result.requests += count;
      if (known_statuses[j] == 500 || known_statuses[j] == 503)
        result.errors += count;
    }
    if (i < routes().size() && is_of_registrations(routes()[i]))
      add_times(result, route.time);
  }
  const auto& steps = service.ledger_step_commands;
  for (std::size_t i = 0; i <= steps.bound_count(); ++i)
    result.ledger_steps += steps.count_in(i);
  result.ledger_commands = steps.sum();
  result.cpu_seconds = process.cpu_seconds;
  return result;
}

std::pair<std::optional<overview_totals>, overview_totals>
overview_history::look(const overview_totals& fresh) {
  std::lock_guard guard{mutex_};
  if (!last_ || fresh.at - last_->at >= limits::look_period) {
    before_ = last_;
    last_ = fresh;
  }
  if (before_ && last_->at - before_->at > limits::look_kept_for)
    before_.reset();
  return {before_, *last_};
}

std::optional<double> quantile_ms(const overview_totals& before,
                                  const overview_totals& last, double share) {
  static const duration_spread bounds;
  std::array<std::uint64_t, spread::bounds_max + 1> counts{};
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = last.times[i] - before.times[i];
    all += counts[i];
  }
  if (all == 0)
    return std::nullopt;
  auto wanted = share * static_cast<double>(all);
  auto below = 0.0;
  for (std::size_t i = 0; i < bounds.bound_count(); ++i) {
    auto count = static_cast<double>(counts[i]);
    auto lower = i == 0 ? 0.0 : bounds.bound(i - 1);
    if (count > 0 && below + count >= wanted)
      return 1000
             * (lower + (bounds.bound(i) - lower) * (wanted - below) / count);
    below += count;
  }
  // Above the last bound nobody knows more.
  return 1000 * bounds.bound(bounds.bound_count() - 1);
}

} // namespace registrar
