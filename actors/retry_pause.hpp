#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace registrar {

/// Pauses between attempts at something that fails: each twice as long as the
/// one before, shortened by up to a half, so that many who failed together do
/// not come back together.
class retry_pause {
public:
  using milliseconds = std::chrono::milliseconds;

  retry_pause(milliseconds min, milliseconds max,
              std::uint32_t seed = std::random_device{}())
    : min_(min), max_(max), chance_(seed) {
  }

  /// The next pause: never below half of `min`, never above `max`.
  milliseconds next() {
    whole_ = std::clamp(whole_ * 2, min_, max_);
    std::uniform_real_distribution<double> share{0.5, 1.0};
    auto count = static_cast<double>(whole_.count()) * share(chance_);
    return milliseconds{static_cast<milliseconds::rep>(count)};
  }

  /// It worked: the next failure starts small again.
  void reset() {
    whole_ = milliseconds{0};
  }

private:
  milliseconds min_;
  milliseconds max_;
  milliseconds whole_{0};
  std::minstd_rand chance_;
};

} // namespace registrar
