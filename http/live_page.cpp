#include "http/live_page.hpp"

#include "config/limits.hpp"
#include "http/event_text.hpp"

namespace registrar {

namespace {

/// A console that lost its stream comes back at once: there are few.
constexpr auto reconnect_after = std::chrono::milliseconds{1000};

} // namespace

live_page::live_page(http_context& context, const http_route& route,
                     http_request request, std::string id, std::string first)
  : context_(context), route_(route), request_(std::move(request)),
    id_(std::move(id)), answer_(std::move(first)) {
}

void live_page::open(std::function<void()> wake) {
  std::lock_guard guard{mutex_};
  wake_ = std::move(wake);
}

void live_page::take(std::string& out, time_point now) {
  std::unique_lock guard{mutex_};
  if (!std::exchange(has_begun_, true)) {
    append_retry(out, reconnect_after);
    due_at_ = now + limits::live_period;
  }
  if (!has_answer_ && !is_asking_ && now >= due_at_)
    ask(guard, now);
  if (!std::exchange(has_answer_, false))
    return;
  append_event(out, is_problem_ ? "problem" : "state", "", answer_);
  answer_ = {};
}

void live_page::ask(std::unique_lock<std::mutex>& guard, time_point now) {
  is_asking_ = true;
  is_in_take_ = true;
  due_at_ = now + limits::live_period;
  guard.unlock();
  // May be answered before it returns.
  route_.handle(context_, request_, id_,
                [weak = weak_from_this()](http_response response) {
                  if (auto self = weak.lock())
                    self->answered(std::move(response));
                });
  guard.lock();
  is_in_take_ = false;
}

void live_page::answered(http_response response) {
  std::unique_lock guard{mutex_};
  answer_ = std::move(response.body);
  is_problem_ = response.status != 200;
  has_answer_ = true;
  is_asking_ = false;
  if (is_in_take_ || !wake_)
    return;
  auto wake = wake_;
  guard.unlock();
  wake();
}

live_page::time_point live_page::due_at() const {
  std::lock_guard guard{mutex_};
  if (has_answer_)
    return time_point{};
  return is_asking_ ? time_point::max() : due_at_;
}

bool wants_live_page(const http_route& route, const http_request& request) {
  return route.is_live && request.wants_events;
}

http_response as_live_page(http_context& context, const http_route& route,
                           const http_request& request, const std::string& id,
                           http_response first) {
  if (first.status != 200)
    return first;
  first.stream = std::make_shared<live_page>(context, route, request, id,
                                             std::move(first.body));
  first.body = {};
  first.content_type = "text/event-stream";
  first.headers.set("Cache-Control", "no-store");
  first.headers.set("X-Accel-Buffering", "no");
  return first;
}

} // namespace registrar
