#include "storage/embedded/log_carrier.hpp"

#include "config/logging.hpp"

#include <sqlite3.h>

#include <utility>

namespace registrar {

log_carrier::log_carrier(std::filesystem::path file) : file_(std::move(file)) {
}

log_carrier::~log_carrier() {
  {
    std::lock_guard guard{mutex_};
    is_stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void log_carrier::committed(sqlite3* writer, int pages) {
  if (pages < round_pages)
    return;
  std::unique_lock guard{mutex_};
  if (pages < carried_)
    carried_ = 0;
  auto rest = pages - carried_;
  auto is_short = carried_ > 0 && rest <= rest_pages_max;
  if (pages >= log_pages_max)
    // Only one carries at a time.
    round_ended_.wait(guard, [this] { return !is_running_; });
  if (pages >= log_pages_max
      || (pages >= full_pages && is_short && !is_running_)) {
    guard.unlock();
    auto now_carried = carry(writer);
    guard.lock();
    carried_ = now_carried >= pages ? 0 : carried_;
    return;
  }
  if (is_running_ || rest < (pages < full_pages ? round_pages : 1))
    return;
  is_wanted_ = is_running_ = true;
  if (!thread_.joinable())
    thread_ = std::thread{[this] { run(); }};
  wake_.notify_all();
}

void log_carrier::run() {
  sqlite3* connection = nullptr;
  auto opened
    = sqlite3_open_v2(file_.c_str(), &connection,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (opened == SQLITE_OK)
    sqlite3_exec(connection, "pragma synchronous = full", nullptr, nullptr,
                 nullptr);
  std::unique_lock guard{mutex_};
  for (;;) {
    wake_.wait(guard, [this] { return is_wanted_ || is_stopping_; });
    if (is_stopping_)
      break;
    is_wanted_ = false;
    guard.unlock();
    auto carried = opened == SQLITE_OK ? carry(connection) : -1;
    guard.lock();
    is_running_ = false;
    round_ended_.notify_all();
    if (carried >= 0)
      carried_ = carried;
  }
  guard.unlock();
  sqlite3_close_v2(connection);
}

int log_carrier::carry(sqlite3* connection) {
  int pages = -1;
  int carried = -1;
  auto result = sqlite3_wal_checkpoint_v2(
    connection, nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &carried);
  auto last = last_result_.exchange(result);
  // Another connection carries, or holds a moment that is needed: next time.
  if (result != SQLITE_OK && result != SQLITE_BUSY && result != last)
    log_warn("log-not-carried",
             "{} keeps what is committed in its write-ahead log, which grows: "
             "{}",
             file_.string(), sqlite3_errmsg(connection));
  return result == SQLITE_OK ? carried : -1;
}

} // namespace registrar
