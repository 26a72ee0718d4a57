#include "config/log_level.hpp"

#include "config/logging.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace registrar {

namespace {

/// The line is written even where the old level or the new one is `off`.
void put_into_force(std::string_view level, const std::string& why) {
  auto* logger = spdlog::default_logger_raw();
  logger->set_level(std::min(logger->level(), spdlog::level::info));
  log_info("log-level-changed", "{}", why);
  logger->set_level(spdlog::level::from_str(std::string{level}));
}

std::string sentence(std::string_view who, const std::string& from,
                     const std::string& to,
                     std::optional<std::chrono::seconds> span) {
  return fmt::format("{} set the log level from {} to {}{}", who, from, to,
                     span ? fmt::format(" for {} s", span->count()) : "");
}

} // namespace

bool is_log_level(std::string_view name) {
  return std::find(log_level_names.begin(), log_level_names.end(), name)
         != log_level_names.end();
}

log_level_switch::log_level_switch(std::string configured, apply put)
  : put_(std::move(put)), level_(configured),
    configured_(std::move(configured)) {
}

log_level_switch::~log_level_switch() {
  stop();
}

void log_level_switch::configure(std::string level) {
  std::lock_guard guard{mutex_};
  level_ = configured_ = std::move(level);
  until_.reset();
  changed_.notify_all();
}

log_level_state log_level_switch::state() const {
  return {level_, configured_, until_};
}

log_level_state log_level_switch::get() const {
  std::lock_guard guard{mutex_};
  return state();
}

log_level_state log_level_switch::set(std::string level,
                                      std::optional<std::chrono::seconds> span,
                                      std::string_view who) {
  std::lock_guard guard{mutex_};
  put_(level, sentence(who, level_, level, span));
  level_ = std::move(level);
  until_.reset();
  if (span && !is_stopping_) {
    until_ = now_utc() + *span;
    ends_at_ = clock::now() + *span;
    if (!thread_.joinable())
      thread_ = std::thread{[this] { run(); }};
  }
  changed_.notify_all();
  return state();
}

void log_level_switch::run() {
  std::unique_lock lock{mutex_};
  while (!is_stopping_) {
    if (!until_) {
      changed_.wait(lock);
    } else if (clock::now() < ends_at_) {
      changed_.wait_until(lock, ends_at_);
    } else {
      put_(configured_, sentence("time", level_, configured_, {}));
      level_ = configured_;
      until_.reset();
    }
  }
}

void log_level_switch::stop() {
  std::thread ended;
  {
    std::lock_guard guard{mutex_};
    is_stopping_ = true;
    until_.reset();
    ended = std::move(thread_);
  }
  changed_.notify_all();
  if (ended.joinable())
    ended.join();
}

log_level_switch& log_level() {
  static log_level_switch one{"info", put_into_force};
  return one;
}

} // namespace registrar
