#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace registrar {

/// What an actor's mechanics show of it to whoever looks from outside: nobody
/// asks it, nobody looks into its mailbox. Senders count what they send, the
/// actor counts what it begins and ends; a clock is read only while somebody
/// looks.
///
/// Any thread reads. What is read while it works is right to within the
/// messages under way.
class actor_vitals {
public:
  using time_point = std::chrono::steady_clock::time_point;

  struct reading {
    std::uint64_t arrived = 0;
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    /// While somebody looked.
    std::chrono::nanoseconds busy{0};
    /// Of the last message that was sampled; negative where none was.
    std::chrono::nanoseconds wait{-1};

    /// Sent, and not begun yet.
    std::uint64_t depth() const {
      return arrived > begun ? arrived - begun : 0;
    }

    bool is_in_message() const {
      return begun > ended;
    }
  };

  // -- looking ----------------------------------------------------------------

  /// Between these, clocks are read.
  static void start_looking() {
    lookers_.fetch_add(1, std::memory_order_relaxed);
  }

  static void stop_looking() {
    lookers_.fetch_sub(1, std::memory_order_relaxed);
  }

  reading read(time_point now) const;

  // -- the senders ------------------------------------------------------------

  void on_arrival() {
    auto number = arrived_.fetch_add(1, std::memory_order_relaxed) + 1;
    if (is_looked_at())
      sample(number);
  }

  // -- the actor, one thread at a time ----------------------------------------

  /// It has a thread.
  void on_resumed() {
    if (is_looked_at())
      resumed_.store(ticks(), std::memory_order_relaxed);
  }

  void on_paused() {
    // Somebody may have come to look meanwhile, or have gone.
    auto since = resumed_.load(std::memory_order_relaxed);
    if (since == 0)
      return;
    busy_.store(busy_.load(std::memory_order_relaxed) + ticks() - since,
                std::memory_order_relaxed);
    resumed_.store(0, std::memory_order_relaxed);
  }

  void on_begun() {
    auto number = begun_.load(std::memory_order_relaxed) + 1;
    begun_.store(number, std::memory_order_relaxed);
    if (is_looked_at())
      look(number);
  }

  void on_ended() {
    ended_.store(begun_.load(std::memory_order_relaxed),
                 std::memory_order_relaxed);
  }

private:
  /// Nanoseconds of the steady clock.
  static std::int64_t ticks() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
  }

  static bool is_looked_at() {
    return lookers_.load(std::memory_order_relaxed) > 0;
  }

  /// Notes when a message was sent, unless one that was noted is on its way.
  void sample(std::uint64_t number);
  void look(std::uint64_t number);

  static inline std::atomic<int> lookers_{0};

  std::atomic<std::uint64_t> arrived_{0};
  std::atomic<std::uint64_t> begun_{0};
  std::atomic<std::uint64_t> ended_{0};
  std::atomic<std::int64_t> busy_{0};
  /// Since when it has a thread; 0 where it has none or nobody looks.
  std::atomic<std::int64_t> resumed_{0};
  /// Which message is sampled; 0: none.
  std::atomic<std::uint64_t> sampled_{0};
  std::atomic<std::int64_t> sampled_at_{0};
  std::atomic<std::int64_t> wait_{-1};
};

} // namespace registrar
