#pragma once

#include "config/limits.hpp"
#include "messages/operations.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace registrar {

/// What a section decided last, for operators: a bounded number, the newest
/// replacing the oldest. Pure. An idle section has none and keeps no memory
/// for it.
class decision_memory {
public:
  void add(past_decision x) {
    if (ring_.size() < limits::decisions_remembered) {
      ring_.push_back(std::move(x));
      return;
    }
    ring_[oldest_] = std::move(x);
    oldest_ = (oldest_ + 1) % ring_.size();
  }

  std::vector<past_decision> newest_first() const {
    std::vector<past_decision> result;
    result.reserve(ring_.size());
    for (std::size_t i = ring_.size(); i > 0; --i)
      result.push_back(ring_[(oldest_ + i - 1) % ring_.size()]);
    return result;
  }

private:
  std::vector<past_decision> ring_;
  std::size_t oldest_ = 0;
};

} // namespace registrar
