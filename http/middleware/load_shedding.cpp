#include "http/middleware/load_shedding.hpp"

#include "http/problem.hpp"

#include <algorithm>
#include <random>

namespace registrar {

namespace {

double fraction(double value, double from, double to) {
  return std::clamp((value - from) / (to - from), 0.0, 1.0);
}

bool happens(double share) {
  thread_local std::minstd_rand chance{std::random_device{}()};
  return std::uniform_real_distribution<>{0, 1}(chance) < share;
}

} // namespace

double share_to_shed(const service_load& load,
                     std::chrono::milliseconds request_deadline) {
  auto bound = static_cast<double>(load.uncommitted_max);
  auto by_lag = fraction(static_cast<double>(load.uncommitted),
                         bound * limits::shed_from_lag, bound);
  using micros = std::chrono::duration<double, std::micro>;
  auto deadline = micros{request_deadline}.count();
  auto by_time = fraction(micros{load.ledger_time}.count(),
                          deadline * limits::shed_from_time, deadline);
  return std::max(by_lag, std::min(by_time, limits::shed_by_time_max));
}

refusal_response load_shedding::admit(http_exchange& x) const {
  if (!x.head.route->yields)
    return {};
  auto share
    = share_to_shed(setup_.service.load(), setup_.config.request_deadline);
  if (share <= 0 || !happens(share))
    return {};
  return problem({ec::overloaded, "The service has more registrations than it "
                                  "can carry just now; ask again after the "
                                  "time in Retry-After."});
}

} // namespace registrar
