#pragma once

#include "messages/errors.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace registrar::rehearsal {

/// A program that we started; killed where nobody waited for its end.
class child_process {
public:
  /// @param output takes stdout and stderr, appended.
  static fallible<child_process> start(const std::filesystem::path& program,
                                       const std::vector<std::string>& flags,
                                       const std::filesystem::path& output);

  ~child_process();
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&&) = delete;

  /// The exit code (128 + signal where one ended it), once it has ended.
  std::optional<int> exit_code();

  /// Waits for the end. @return nothing where it still runs afterwards.
  std::optional<int> wait(std::chrono::milliseconds patience);

  /// Sends a signal, where it still runs.
  void signal(int number);

  pid_t id() const {
    return id_;
  }

private:
  explicit child_process(pid_t id) : id_(id) {
  }

  pid_t id_ = -1;
  std::optional<int> exit_code_;
};

/// This very binary.
std::filesystem::path own_binary();

/// What a process has used; nothing where it cannot be seen.
struct process_usage {
  std::uint64_t resident_bytes = 0;
  std::chrono::nanoseconds cpu{0};
};
std::optional<process_usage> usage_of(pid_t process);

} // namespace registrar::rehearsal
