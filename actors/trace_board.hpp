#pragma once

#include "messages/errors.hpp"
#include "messages/operations.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

namespace registrar {

/// A step of a request, as who takes it knows it.
struct traced_step {
  /// One of those of `trace_event::step`.
  const char* step = "";
  request_id request;
  /// Nil where the step is nobody's.
  student_id student;
  /// Which sections it is about; one, or all those of a request.
  std::span<const section_id> sections;
  std::string detail;
  std::optional<std::chrono::microseconds> took;
};

/// What operators have traced of late, and what for. Pure and safe from any
/// thread.
///
/// Promises: while nothing is traced a step costs one relaxed load of an
/// integer; every trace ends by itself at its time; the number of traces and of
/// the events of each is bounded, and what had to be forgotten is counted.
class trace_board {
public:
  /// Whoever takes steps asks this first, and says nothing where it is false.
  bool is_on() const {
    return running_.load(std::memory_order_relaxed) > 0;
  }

  void note(const traced_step& step, timestamp now);

  void note(const traced_step& step);

  /// `ec::conflict` where as many run as may.
  fallible<trace_view> start(const start_trace& wanted,
                             const operator_reason& why, timestamp now);

  /// Ends it now, where it still runs. `ec::not_found` where there is none.
  fallible<trace_view> stop(const uuid& id, timestamp now);

  /// Newest first.
  std::vector<trace_view> list(timestamp now) const;

  fallible<trace_content> get(const uuid& id, timestamp now) const;

private:
  /// One trace and what is known of it.
  struct trace {
    trace_view view;
    mutable std::mutex mutex;
    std::deque<trace_event> events;
    std::uint64_t forgotten = 0;
  };

  using trace_ptr = std::shared_ptr<trace>;

  static bool is_running(const trace& x, timestamp now);
  static bool concerns(const trace_subject& subject, const traced_step& step);
  static void keep(trace& to, const traced_step& step, timestamp now);
  static trace_view view_of(const trace& x, timestamp now);
  trace_ptr find(const uuid& id) const;
  /// Counts those that run. @pre `mutex_` is held alone
  void count(timestamp now);

  /// Of those that have not been seen to end.
  std::atomic<std::uint32_t> running_{0};
  mutable std::shared_mutex mutex_;
  /// Oldest first. Their views change under `mutex_`, their events under their
  /// own.
  std::deque<trace_ptr> traces_;
};

} // namespace registrar
