#pragma once

#include "config/limits.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>

namespace registrar {

/// How many entries the database-sync pool may give up before it stops instead
/// (DESIGN 5): what SQL refuses so often is SQL's fault, not the students'.
/// Shared by the workers of the pool; pure but for its lock.
class refusal_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Takes `count` out of the budget of the minute before `now`. False: it is
  /// used up, and the pool is stopped until `resume`.
  bool take(std::size_t count, time_point now) {
    std::lock_guard guard{mutex_};
    while (!given_up_.empty()
           && now - given_up_.front() >= limits::refusal_period)
      given_up_.pop_front();
    if (is_stopped_ || given_up_.size() + count > limits::refusals_max) {
      is_stopped_ = true;
      return false;
    }
    given_up_.insert(given_up_.end(), count, now);
    return true;
  }

  bool is_stopped() const {
    std::lock_guard guard{mutex_};
    return is_stopped_;
  }

  /// What was refused last was written now.
  void resume() {
    std::lock_guard guard{mutex_};
    is_stopped_ = false;
  }

private:
  mutable std::mutex mutex_;
  std::deque<time_point> given_up_;
  bool is_stopped_ = false;
};

} // namespace registrar
