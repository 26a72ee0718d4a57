#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace registrar {

/// What a connection sends as a stream of events until one of the two ends.
class event_source {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~event_source() = default;

  /// @param wake called from any thread, and not again before `take`, where
  ///        there is something new; must only hand over.
  virtual void open(std::function<void()> wake) = 0;

  /// Appends what may be sent now.
  virtual void take(std::string& out, time_point now) = 0;

  /// When there will be something to take, unless woken.
  virtual time_point due_at() const = 0;

  /// Nothing will come any more.
  virtual bool is_over() const = 0;
};

} // namespace registrar
