#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

namespace registrar {

/// What a rate limit says about one request.
struct rate_verdict {
  bool is_allowed = true;
  /// How many more would be allowed at once.
  std::uint32_t remaining = 0;
  /// Until all are allowed again.
  std::chrono::nanoseconds until_reset{0};
  /// With a refusal: until the next is allowed.
  std::chrono::nanoseconds until_next{0};
};

/// Allows each key `quota` requests in a window, all at once or spread, and
/// gives them back evenly (the generic cell rate algorithm): one number for
/// each key says when its quota will be whole.
///
/// Keeps count of a bounded number of keys, in sets of a few by hash. Where a
/// set is full, the key whose quota is whole soonest is forgotten: what it
/// gains is the least. The hash has a secret, so that nobody can fill a set by
/// choosing keys. Thread-safe.
class rate_limiter {
public:
  using clock = std::chrono::steady_clock;
  /// A uuid, or an IPv6 address.
  using key = std::array<std::uint8_t, 16>;

  /// @pre quota and window are above 0
  rate_limiter(std::uint32_t quota, std::chrono::nanoseconds window,
               std::size_t entries_max);

  rate_verdict take(const key& who, clock::time_point now);

private:
  static constexpr std::size_t set_size = 8;
  static constexpr std::size_t lock_count = 64;

  struct entry {
    key who{};
    /// Whole again from then on; long ago where the entry is free.
    clock::time_point whole_at = clock::time_point::min();
  };

  using entry_set = std::array<entry, set_size>;

  std::uint64_t hash(const key& who) const;
  static entry& find(entry_set& set, const key& who);

  /// Of one request, and of all that the quota allows.
  std::chrono::nanoseconds cost_;
  std::chrono::nanoseconds window_;
  std::array<std::uint64_t, 2> secret_;
  std::vector<entry_set> sets_;
  std::array<std::mutex, lock_count> locks_;
};

} // namespace registrar
