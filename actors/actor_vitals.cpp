#include "actors/actor_vitals.hpp"

#include <algorithm>

namespace registrar {

actor_vitals::reading actor_vitals::read(time_point now) const {
  reading result;
  // In the order in which they can only fall behind.
  result.ended = ended_.load(std::memory_order_relaxed);
  result.begun = begun_.load(std::memory_order_relaxed);
  result.arrived = arrived_.load(std::memory_order_relaxed);
  auto busy = busy_.load(std::memory_order_relaxed);
  if (auto since = resumed_.load(std::memory_order_relaxed); since > 0)
    busy += std::max<std::int64_t>(now.time_since_epoch().count() - since, 0);
  result.busy = std::chrono::nanoseconds{busy};
  result.wait = std::chrono::nanoseconds{wait_.load(std::memory_order_relaxed)};
  return result;
}

void actor_vitals::sample(std::uint64_t number) {
  std::uint64_t none = 0;
  // The time first: who sees the number must not see an older time. Another
  // sender may write its own between; both are of the same moment.
  if (sampled_.load(std::memory_order_relaxed) != none)
    return;
  sampled_at_.store(ticks(), std::memory_order_relaxed);
  sampled_.compare_exchange_strong(none, number, std::memory_order_release,
                                   std::memory_order_relaxed);
}

void actor_vitals::look(std::uint64_t number) {
  // Who came to look while it had a thread.
  if (resumed_.load(std::memory_order_relaxed) == 0)
    resumed_.store(ticks(), std::memory_order_relaxed);
  auto sampled = sampled_.load(std::memory_order_acquire);
  if (sampled == 0 || number < sampled)
    return;
  auto waited = ticks() - sampled_at_.load(std::memory_order_relaxed);
  wait_.store(std::max<std::int64_t>(waited, 0), std::memory_order_relaxed);
  sampled_.store(0, std::memory_order_relaxed);
}

} // namespace registrar
