#include "http/event_stream.hpp"

#include "config/limits.hpp"
#include "http/event_text.hpp"

#include <random>

namespace registrar {

namespace {

std::chrono::milliseconds varying_retry() {
  thread_local std::minstd_rand chance{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> pause{
    limits::stream_retry_min.count(), limits::stream_retry_max.count()};
  return std::chrono::milliseconds{pause(chance)};
}

} // namespace

event_stream::event_stream(std::string_view name,
                           const std::vector<section_id>& watched,
                           std::string_view last_event_id)
  : queue_(name, watched, last_event_id) {
}

void event_stream::wake(std::unique_lock<std::mutex> guard) {
  if (std::exchange(has_woken_, true) || !wake_)
    return;
  auto call = wake_;
  guard.unlock();
  call();
}

void event_stream::changed(const shared_state& state) {
  std::unique_lock guard{mutex_};
  queue_.put(state);
  wake(std::move(guard));
}

void event_stream::ended() {
  std::unique_lock guard{mutex_};
  is_over_ = true;
  wake(std::move(guard));
}

void event_stream::open(std::function<void()> wake) {
  std::lock_guard guard{mutex_};
  wake_ = std::move(wake);
}

void event_stream::take(std::string& out, time_point now) {
  std::lock_guard guard{mutex_};
  has_woken_ = false;
  if (!std::exchange(has_begun_, true))
    append_retry(out, varying_retry());
  queue_.take(out, now);
}

event_stream::time_point event_stream::due_at() const {
  std::lock_guard guard{mutex_};
  return queue_.due_at();
}

bool event_stream::is_over() const {
  std::lock_guard guard{mutex_};
  return is_over_;
}

} // namespace registrar
