#include "cli/stop_signal.hpp"

#include <csignal>
#include <ctime>
#include <unistd.h>

namespace registrar {

namespace {

/// Exit code of a process that a second signal ended, as shells know it.
constexpr int ended_by_signal = 130;
/// How often the watch for a second signal looks whether it is still wanted.
constexpr long watch_period_ns = 100'000'000;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

} // namespace

stop_signal::stop_signal() {
  auto set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A client that goes away must not end the service.
  std::signal(SIGPIPE, SIG_IGN);
}

stop_signal::~stop_signal() {
  is_over_ = true;
  if (second_.joinable())
    second_.join();
}

void stop_signal::wait() {
  auto set = stop_signals();
  int signal = 0;
  sigwait(&set, &signal);
  second_ = std::thread{[this] { end_at_second(); }};
}

void stop_signal::raise() {
  ::kill(::getpid(), SIGTERM);
}

void stop_signal::end_at_second() {
  auto set = stop_signals();
  timespec period{0, watch_period_ns};
  while (!is_over_)
    if (sigtimedwait(&set, nullptr, &period) > 0)
      ::_exit(ended_by_signal);
}

} // namespace registrar
