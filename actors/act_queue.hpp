#pragma once

#include "messages/operations.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace registrar {

/// Acts of operators that SQL does not hold yet, in order. Pure and safe from
/// any thread; outlives the actor that writes them, so that its end loses none.
///
/// Bounded: beyond, the oldest gives way and is handed back, for the log to
/// have it.
class act_queue {
public:
  explicit act_queue(std::size_t bound) : bound_(bound) {
  }

  /// What a new act got, and what had to go for it.
  struct added {
    /// Rises with every act.
    std::uint64_t ticket = 0;
    std::optional<operator_act> lost;
  };

  added add(operator_act act) {
    std::lock_guard guard{mutex_};
    added result;
    acts_.push_back(std::move(act));
    result.ticket = ++last_;
    if (acts_.size() > bound_)
      result.lost = take();
    count_.store(acts_.size(), std::memory_order_relaxed);
    return result;
  }

  struct waiting {
    std::uint64_t ticket = 0;
    operator_act act;
  };

  /// The one to write next.
  std::optional<waiting> front() const {
    std::lock_guard guard{mutex_};
    if (acts_.empty())
      return std::nullopt;
    return waiting{front_ticket(), acts_.front()};
  }

  /// The act of this ticket is done with. Without effect where it had to go
  /// meanwhile.
  void settled(std::uint64_t ticket) {
    std::lock_guard guard{mutex_};
    if (!acts_.empty() && front_ticket() == ticket)
      take();
    count_.store(acts_.size(), std::memory_order_relaxed);
  }

  std::vector<operator_act> newest_first() const {
    std::lock_guard guard{mutex_};
    return {acts_.rbegin(), acts_.rend()};
  }

  std::size_t size() const {
    return count_.load(std::memory_order_relaxed);
  }

private:
  std::uint64_t front_ticket() const {
    return last_ - acts_.size() + 1;
  }

  operator_act take() {
    auto result = std::move(acts_.front());
    acts_.pop_front();
    return result;
  }

  std::size_t bound_;
  mutable std::mutex mutex_;
  std::deque<operator_act> acts_;
  std::uint64_t last_ = 0;
  std::atomic<std::size_t> count_{0};
};

} // namespace registrar
