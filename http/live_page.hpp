#pragma once

#include "http/event_source.hpp"
#include "http/routes.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace registrar {

/// A page for operators that comes again and again: asks the handler of its
/// request anew every `limits::live_period`, and sends each answer as an event
/// `state`, one that is no 200 as an event `problem`. One question is under way
/// at a time: where it takes longer, the page comes more seldom.
///
/// Thread-safe; `take` runs on the thread of the connection.
class live_page : public event_source,
                  public std::enable_shared_from_this<live_page> {
public:
  /// @param context of the connection, which outlives this
  /// @param first the answer to the request itself, a 200
  live_page(http_context& context, const http_route& route,
            http_request request, std::string id, std::string first);

  void open(std::function<void()> wake) override;
  void take(std::string& out, time_point now) override;
  time_point due_at() const override;
  bool is_over() const override {
    return false;
  }

private:
  void ask(std::unique_lock<std::mutex>& guard, time_point now);
  void answered(http_response response);

  http_context& context_;
  const http_route& route_;
  const http_request request_;
  const std::string id_;
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  std::string answer_;
  bool is_problem_ = false;
  bool has_answer_ = true;
  bool is_asking_ = false;
  bool is_in_take_ = false;
  bool has_begun_ = false;
  time_point due_at_{};
};

/// Whether the request wants the page again and again, and the route can.
bool wants_live_page(const http_route& route, const http_request& request);

/// Makes a stream of an answer that is a 200.
http_response as_live_page(http_context& context, const http_route& route,
                           const http_request& request, const std::string& id,
                           http_response first);

} // namespace registrar
