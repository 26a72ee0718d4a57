#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace registrar {

/// Writes lines to a file descriptor from a thread of its own, all that came
/// meanwhile in one go. Never blocks who logs: where the reader is too slow,
/// the newest lines are dropped, counted, and the count is reported in their
/// place once there is room.
class log_writer {
public:
  /// @param report_drops makes the line that says how many were dropped.
  log_writer(int file, std::function<std::string(std::uint64_t)> report_drops);

  /// Writes what is left; waits a second at most for the reader.
  ~log_writer();

  log_writer(const log_writer&) = delete;
  log_writer& operator=(const log_writer&) = delete;

  /// Thread-safe. @param line ends in a newline.
  void append(std::string_view line);

  /// All lines dropped so far.
  std::uint64_t dropped() const;

private:
  void run();
  bool write_out(std::string_view text);

  int file_;
  std::function<std::string(std::uint64_t)> report_drops_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::string pending_;
  std::uint64_t dropped_ = 0;
  std::uint64_t reported_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace registrar
