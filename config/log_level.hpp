#pragma once

#include "messages/timestamp.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

/// How much is logged, changeable while the service runs.

namespace registrar {

/// From the most to the least.
inline constexpr std::array<std::string_view, 6> log_level_names{
  "trace", "debug", "info", "warn", "error", "off"};

bool is_log_level(std::string_view name);

struct log_level_state {
  /// In force.
  std::string level;
  /// What the service was started with.
  std::string configured;
  /// When it goes back to `configured`; nothing: not by itself.
  std::optional<timestamp> until;
};

/// A level that may be changed for a while. Thread-safe. A thread of its own
/// waits for the end of a change, and only then there is one.
class log_level_switch {
public:
  /// Puts a level into force and logs the sentence `why`, whatever the levels
  /// are. Called by one thread at a time; must not call back.
  using apply
    = std::function<void(std::string_view level, const std::string& why)>;

  log_level_switch(std::string configured, apply put);
  ~log_level_switch();

  log_level_switch(const log_level_switch&) = delete;
  log_level_switch& operator=(const log_level_switch&) = delete;

  /// The level to go back to, in force from now on. Says nothing.
  void configure(std::string level);

  log_level_state get() const;

  /// @param level one of `log_level_names`
  /// @param span until it goes back; nothing: until it is set again
  /// @param who is named in the log
  log_level_state set(std::string level,
                      std::optional<std::chrono::seconds> span,
                      std::string_view who);

  /// Goes back to nothing any more.
  void stop();

private:
  using clock = std::chrono::steady_clock;

  log_level_state state() const;
  void run();

  apply put_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string level_;
  std::string configured_;
  std::optional<timestamp> until_;
  clock::time_point ends_at_{};
  bool is_stopping_ = false;
  std::thread thread_;
};

/// The one of this process, in force on its logger.
log_level_switch& log_level();

} // namespace registrar
