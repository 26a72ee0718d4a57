#include "storage/postgres/call_watch.hpp"

#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <sys/socket.h>

namespace registrar {

using std::chrono::steady_clock;

struct call_watch::watched {
  int socket = -1;
  steady_clock::time_point deadline;
  bool is_cut = false;
};

namespace {

/// All calls of the process that are under way, and the thread that looks at
/// them. Calls are few (connections are bounded): a list will do.
class watcher {
public:
  static watcher& shared() {
    static watcher only;
    return only;
  }

  call_watch::watched* add(int socket, steady_clock::time_point deadline) {
    std::lock_guard guard{mutex_};
    if (!thread_)
      thread_.emplace([this](const std::stop_token& stop) { run(stop); });
    calls_.push_back({socket, deadline});
    if (deadline < next_look_)
      changed_.notify_one();
    return &calls_.back();
  }

  void remove(const call_watch::watched* entry) {
    std::lock_guard guard{mutex_};
    calls_.remove_if([entry](const auto& x) { return &x == entry; });
  }

  bool is_cut(const call_watch::watched* entry) {
    std::lock_guard guard{mutex_};
    return entry->is_cut;
  }

private:
  void run(const std::stop_token& stop) {
    std::unique_lock guard{mutex_};
    while (!stop.stop_requested()) {
      auto now = steady_clock::now();
      next_look_ = now + std::chrono::hours{1};
      for (auto& call : calls_) {
        // Under the lock: the owner cannot close the socket meanwhile.
        if (!call.is_cut && call.deadline <= now)
          call.is_cut = ::shutdown(call.socket, SHUT_RDWR) == 0;
        else if (!call.is_cut && call.deadline < next_look_)
          next_look_ = call.deadline;
      }
      changed_.wait_until(guard, stop, next_look_, [this, known = next_look_] {
        for (const auto& call : calls_)
          if (!call.is_cut && call.deadline < known)
            return true;
        return false;
      });
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<call_watch::watched> calls_;
  steady_clock::time_point next_look_ = steady_clock::time_point::max();
  // Last: stops before the rest goes.
  std::optional<std::jthread> thread_;
};

} // namespace

call_watch::call_watch(int socket, std::chrono::milliseconds patience)
  : entry_(watcher::shared().add(socket, steady_clock::now() + patience)) {
}

call_watch::~call_watch() {
  watcher::shared().remove(entry_);
}

bool call_watch::has_cut() const {
  return watcher::shared().is_cut(entry_);
}

} // namespace registrar
