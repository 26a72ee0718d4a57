#pragma once

#include "http/event_queue.hpp"
#include "http/event_source.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace registrar {

/// Between the service, which tells from its threads, and the connection, which
/// sends when it can. Thread-safe. The service knows it weakly: whoever lets go
/// of it, the connection or a handler, ends the watching.
class event_stream : public watcher, public event_source {
public:
  using time_point = event_source::time_point;

  event_stream(std::string_view name, const std::vector<section_id>& watched,
               std::string_view last_event_id);

  // -- for the service --------------------------------------------------------

  void changed(const shared_state& state) override;
  void ended() override;

  // -- for the connection -----------------------------------------------------

  void open(std::function<void()> wake) override;
  void take(std::string& out, time_point now) override;
  time_point due_at() const override;
  bool is_over() const override;

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
