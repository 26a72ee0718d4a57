#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

struct sqlite3;

namespace registrar {

/// Carries the write-ahead log of one file into the file, beside the writer.
///
/// SQLite lets the commit that fills the log do that: it then takes as long as
/// all pages of the log and two syncs take, tens of milliseconds in which
/// nobody gets an answer. Here a thread with a connection of its own carries
/// most of it while the writer goes on, and the writer carries the short rest,
/// after which the log begins anew (SQLite's log can begin anew only in a
/// moment in which all of it is carried).
class log_carrier {
public:
  /// Pages that are worth a round of the thread: 4 MB.
  static constexpr int round_pages = 1'000;
  /// From here on the log should begin anew: 16 MB.
  static constexpr int full_pages = 4'000;
  /// What the writer may carry itself: under 2 ms of writing.
  static constexpr int rest_pages_max = 250;
  /// The writer carries all of it rather than let it grow beyond: 64 MB.
  static constexpr int log_pages_max = 16'000;

  explicit log_carrier(std::filesystem::path file);
  log_carrier(const log_carrier&) = delete;
  ~log_carrier();

  /// Called by the writer after each commit.
  /// @param pages now in the log.
  void committed(sqlite3* writer, int pages);

private:
  void run();
  /// @return pages of the log that are carried, or -1.
  int carry(sqlite3* connection);

  std::filesystem::path file_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable round_ended_;
  bool is_wanted_ = false;
  bool is_running_ = false;
  bool is_stopping_ = false;
  /// As the last round left it; 0 where the log has begun anew since.
  int carried_ = 0;
  /// SQLite's; a failure that lasts is logged once.
  std::atomic<int> last_result_{0};
  std::thread thread_;
};

} // namespace registrar
