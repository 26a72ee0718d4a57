#include "cli/rehearse/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace registrar::rehearsal {

std::size_t histogram::bucket_of(std::uint64_t value) {
  // Below `steps` each value has its bucket; above, the top bits choose.
  auto width = static_cast<std::size_t>(std::bit_width(value));
  if (width <= steps_bits)
    return static_cast<std::size_t>(value);
  auto shift = width - steps_bits - 1;
  return (shift + 1) * steps + static_cast<std::size_t>(value >> shift) - steps;
}

std::uint64_t histogram::upper_bound_of(std::size_t bucket) {
  if (bucket < steps)
    return bucket;
  auto shift = bucket / steps - 1;
  auto first = static_cast<std::uint64_t>(bucket % steps + steps) << shift;
  return first + ((std::uint64_t{1} << shift) - 1);
}

void histogram::record(duration value) {
  auto x = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0));
  ++buckets_[bucket_of(x)];
  ++count_;
  max_ = std::max(max_, x);
  sum_ += static_cast<long double>(x);
}

void histogram::add(const histogram& other) {
  for (auto i = std::size_t{0}; i < buckets_.size(); ++i)
    buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

histogram::duration histogram::mean() const {
  if (count_ == 0)
    return duration{0};
  return duration{
    static_cast<std::int64_t>(sum_ / static_cast<long double>(count_))};
}

histogram::duration histogram::percentile(double share) const {
  auto wanted = std::max<std::uint64_t>(
    static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))),
    1);
  std::uint64_t seen = 0;
  for (auto i = std::size_t{0}; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= wanted)
      return duration{
        static_cast<std::int64_t>(std::min(upper_bound_of(i), max_))};
  }
  return max();
}

} // namespace registrar::rehearsal
