#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace registrar::rehearsal {

/// Counts latencies in buckets that widen with the value: 64 of them for each
/// doubling, so that a percentile is at most 1.6 % above the truth. Fixed size,
/// no allocation, from 1 ns to 290 years.
class histogram {
public:
  using duration = std::chrono::nanoseconds;

  void record(duration value);

  void add(const histogram& other);

  std::uint64_t count() const {
    return count_;
  }

  duration max() const {
    return duration{static_cast<std::int64_t>(max_)};
  }

  duration mean() const;

  /// The smallest value that at least `share` (0 to 1) of all values do not
  /// exceed, rounded up to its bucket; 0 where nothing was recorded.
  duration percentile(double share) const;

private:
  static constexpr std::size_t steps_bits = 6;
  static constexpr std::size_t steps = 1 << steps_bits;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t upper_bound_of(std::size_t bucket);

  std::array<std::uint64_t, (64 - steps_bits + 1) * steps> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
  long double sum_ = 0;
};

} // namespace registrar::rehearsal
