#pragma once

#include "config/limits.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>

namespace registrar {

/// How often one child died lately, and how long to wait before the next start
/// (DESIGN 5). Pure: time and chance are arguments.
class restart_intensity {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Notes a death. False: more than `restarts_max` within `restart_period`,
  /// do not start again but escalate.
  bool died(time_point at) {
    while (!deaths_.empty() && at - deaths_.front() > limits::restart_period)
      deaths_.pop_front();
    deaths_.push_back(at);
    return deaths_.size() <= limits::restarts_max;
  }

  /// Doubles with every death of the period, and is shortened by up to a half,
  /// so that many children do not come back in the same moment.
  /// @param chance from 0 to 1.
  std::chrono::milliseconds backoff(double chance) const {
    using std::chrono::milliseconds;
    milliseconds wait = limits::restart_backoff_min;
    for (std::size_t i = 1; i < deaths_.size(); ++i)
      wait = std::min<milliseconds>(wait * 2, limits::restart_backoff_max);
    return milliseconds{static_cast<long>(static_cast<double>(wait.count())
                                          * (1.0 - chance / 2))};
  }

private:
  std::deque<time_point> deaths_;
};

} // namespace registrar
