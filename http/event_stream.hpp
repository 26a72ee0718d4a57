#pragma once

#include "http/event_queue.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace registrar {

/// Between the service, which tells from its threads, and the connection, which
/// sends when it can. Thread-safe. The service knows it weakly: whoever lets go
/// of it, the connection or a handler, ends the watching.
class event_stream : public watcher {
public:
  using time_point = event_queue::time_point;

  event_stream(std::string_view name, const std::vector<section_id>& watched,
               std::string_view last_event_id);

  // -- for the service --------------------------------------------------------

  void changed(const shared_state& state) override;
  void ended() override;

  // -- for the connection -----------------------------------------------------

  /// @param wake called from any thread, and not again before `take`, where
  ///        there is something new; must only hand over.
  void open(std::function<void()> wake);

  /// Appends what may be sent now.
  void take(std::string& out, time_point now);

  /// When there will be something to take, unless woken.
  time_point due_at() const;

  /// Nothing will come any more.
  bool is_over() const;

private:
  void wake(std::unique_lock<std::mutex> guard);

  mutable std::mutex mutex_;
  event_queue queue_;
  std::function<void()> wake_;
  bool has_begun_ = false;
  bool has_woken_ = false;
  bool is_over_ = false;
};

} // namespace registrar
