#include "cli/top/poller.hpp"

#include <csignal>

namespace registrar::top {

namespace {

/// Signals are the screen's.
void leave_signals_to_others() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

} // namespace

poller::poller(document_source& source, std::chrono::milliseconds interval,
               question wanted, documents seen, std::function<void()> on_news)
  : source_(source), interval_(interval), on_news_(std::move(on_news)),
    wanted_(std::move(wanted)), seen_(std::move(seen)), asked_(wanted_),
    thread_([this] { run(); }) {
}

poller::~poller() {
  {
    std::lock_guard lock{mutex_};
    is_over_ = true;
  }
  source_.cancel();
  changed_.notify_one();
  thread_.join();
}

void poller::want(question wanted, bool is_paused) {
  std::lock_guard lock{mutex_};
  if (wanted == wanted_ && is_paused == is_paused_)
    return;
  wanted_ = std::move(wanted);
  is_paused_ = is_paused;
  changed_.notify_one();
}

documents poller::latest() const {
  std::lock_guard lock{mutex_};
  return seen_;
}

bool poller::is_due_at_once() const {
  return !is_paused_ && !(wanted_ == asked_);
}

void poller::run() {
  leave_signals_to_others();
  std::unique_lock lock{mutex_};
  for (;;) {
    auto next = std::chrono::steady_clock::now() + interval_;
    changed_.wait_until(lock, next,
                        [this] { return is_over_ || is_due_at_once(); });
    if (is_over_)
      return;
    if (is_paused_) {
      asked_ = {};
      changed_.wait(lock, [this] { return is_over_ || !is_paused_; });
      continue;
    }
    asked_ = wanted_;
    auto seen = seen_;
    lock.unlock();
    look(source_, asked_, seen);
    lock.lock();
    seen_ = std::move(seen);
    if (!is_over_)
      on_news_();
  }
}

} // namespace registrar::top
