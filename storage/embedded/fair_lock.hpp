#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

namespace registrar {

/// A lock that is given in the order in which it was asked for. SQLite lets
/// writers poll, and one that polls beside a busy one starves for seconds.
class fair_lock {
public:
  void lock() {
    lock([] {});
  }

  /// @param queued is called, under the lock's own mutex, once the caller has
  /// its place in the order.
  void lock(const std::function<void()>& queued);
  void unlock();

private:
  std::mutex mutex_;
  std::condition_variable is_next_;
  std::uint64_t next_ticket_ = 0;
  std::uint64_t serving_ = 0;
};

/// The one lock of this process for the writers of a file.
std::shared_ptr<fair_lock> write_turns_of(const std::filesystem::path& file);

} // namespace registrar
