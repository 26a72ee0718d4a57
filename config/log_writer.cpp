#include "config/log_writer.hpp"

#include "config/limits.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <poll.h>
#include <unistd.h>

namespace registrar {

namespace {

/// A pipe that polls as writable takes this much without blocking.
constexpr auto piece_bytes_max = std::size_t{4096};

/// How often a writer that waits for its reader looks whether it shall end.
constexpr auto poll_time_ms = 100;

/// Lines that come so soon after another are written with it: under load, to
/// wake the thread and to write cost more than the lines did.
constexpr auto gather_time = std::chrono::milliseconds{5};

} // namespace

log_writer::log_writer(int file,
                       std::function<std::string(std::uint64_t)> report_drops)
  : file_(file), report_drops_(std::move(report_drops)),
    thread_([this] { run(); }) {
}

log_writer::~log_writer() {
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void log_writer::append(std::string_view line) {
  auto was_empty = false;
  {
    std::lock_guard guard{mutex_};
    if (pending_.size() + line.size() > limits::log_bytes_max) {
      ++dropped_;
      return;
    }
    was_empty = pending_.empty();
    pending_ += line;
  }
  if (was_empty)
    wake_.notify_one();
}

std::uint64_t log_writer::dropped() const {
  std::lock_guard guard{mutex_};
  return dropped_;
}

void log_writer::run() {
  std::string text;
  auto is_last = false;
  while (!is_last) {
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
      wake_.wait_for(lock, gather_time, [this] { return stopping_; });
      text.clear();
      text.swap(pending_);
      if (dropped_ != reported_)
        text += report_drops_(dropped_ - reported_);
      reported_ = dropped_;
      is_last = stopping_;
    }
    if (!write_out(text))
      return;
  }
}

/// False where the reader is gone, or did not read in time at the end.
bool log_writer::write_out(std::string_view text) {
  using clock = std::chrono::steady_clock;
  auto end = clock::time_point::max();
  while (!text.empty()) {
    pollfd ready{file_, POLLOUT, 0};
    ::poll(&ready, 1, poll_time_ms);
    {
      std::lock_guard guard{mutex_};
      if (stopping_ && end == clock::time_point::max())
        end = clock::now() + limits::log_stop_time_max;
    }
    if (clock::now() > end)
      return false;
    if ((ready.revents & (POLLERR | POLLNVAL)) != 0)
      return false;
    if ((ready.revents & POLLOUT) == 0)
      continue;
    auto size = std::min(text.size(), piece_bytes_max);
    auto written = ::write(file_, text.data(), size);
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR && errno != EAGAIN)
      return false;
  }
  return true;
}

} // namespace registrar
