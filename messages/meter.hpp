#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>

/// What is counted while the service works, for whoever looks now and then.
/// Any thread adds and reads; adding is one or two relaxed atomic additions.

namespace registrar {

/// A total that only rises.
class meter {
public:
  void add(std::uint64_t count = 1) {
    value_.fetch_add(count, std::memory_order_relaxed);
  }

  std::uint64_t value() const {
    return value_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::uint64_t> value_{0};
};

/// How values are spread: how many there were up to each of some bounds, and
/// their sum. Values are whole; `unit` says what one of them is in base units.
class spread {
public:
  static constexpr std::size_t bounds_max = 16;

  spread(const spread&) = delete;
  spread& operator=(const spread&) = delete;

  /// Rising, in base units.
  double bound(std::size_t bucket) const {
    return static_cast<double>(bounds_[bucket]) * unit_;
  }

  std::size_t bound_count() const {
    return bounds_.size();
  }

  /// Of the values above the bound before and up to this one; the bucket at
  /// `bound_count` has those above the last.
  std::uint64_t count_in(std::size_t bucket) const {
    return counts_[bucket].value();
  }

  /// In base units.
  double sum() const {
    return static_cast<double>(sum_.value()) * unit_;
  }

protected:
  /// @pre `bounds` rises, has at most `bounds_max`, and outlives this
  spread(std::span<const std::uint64_t> bounds, double unit)
    : bounds_(bounds), unit_(unit) {
  }

  void note_whole(std::uint64_t value) {
    auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    counts_[static_cast<std::size_t>(at - bounds_.begin())].add();
    sum_.add(value);
  }

private:
  std::span<const std::uint64_t> bounds_;
  double unit_;
  std::array<meter, bounds_max + 1> counts_;
  meter sum_;
};

/// Of durations, in seconds: from what memory answers in (0.1 ms) over a
/// request's deadline (2 s) to what a store in trouble takes.
class duration_spread : public spread {
public:
  duration_spread() : spread(bounds, 1e-9) {
  }

  /// What a clock that was set back makes negative counts as none.
  void note(std::chrono::nanoseconds taken) {
    note_whole(
      static_cast<std::uint64_t>(std::max<std::int64_t>(taken.count(), 0)));
  }

private:
  static constexpr std::array<std::uint64_t, bounds_max> bounds{
    100'000,       250'000,       500'000,       1'000'000,
    2'500'000,     5'000'000,     10'000'000,    25'000'000,
    50'000'000,    100'000'000,   250'000'000,   500'000'000,
    1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};
};

/// Of numbers of things, up to a whole batch for SQL (4,096).
class size_spread : public spread {
public:
  size_spread() : spread(bounds, 1) {
  }

  void note(std::size_t size) {
    note_whole(size);
  }

private:
  static constexpr std::array<std::uint64_t, 13> bounds{
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'024, 2'048, 4'096};
};

} // namespace registrar
