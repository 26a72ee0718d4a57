#pragma once

#include <atomic>
#include <memory>
#include <thread>

namespace registrar {

/// Turns SIGTERM and SIGINT, or a call from inside, into one event to wait for.
/// Make it before any thread is started: it blocks the signals for all.
class stop_signal {
public:
  stop_signal();
  ~stop_signal();

  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  /// Waits for the first signal or `raise`. From then on a second signal ends
  /// the process at once.
  void wait();

  /// As if a signal had come; from any thread.
  void raise();

private:
  void end_at_second();

  std::atomic<bool> is_over_{false};
  std::thread second_;
};

} // namespace registrar
