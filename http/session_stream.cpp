#include "config/limits.hpp"
#include "config/logging.hpp"
#include "http/event_source.hpp"
#include "http/event_text.hpp"
#include "http/response_text.hpp"
#include "http/session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>

#include <algorithm>
#include <array>

/// A connection whose last answer is a stream of events.

namespace registrar {

namespace {

namespace asio = boost::asio;
using boost::beast::bind_front_handler;
using tcp = asio::ip::tcp;

using steady = std::chrono::steady_clock;

/// The moment of another clock on ours.
steady::time_point on_steady_clock(std::chrono::system_clock::time_point at) {
  // Far ahead there is nothing to count to.
  constexpr auto far = std::chrono::hours{24 * 365};
  auto left = at - std::min(std::chrono::system_clock::now(), at);
  return left > far ? steady::time_point::max() : steady::now() + left;
}

} // namespace

/// @pre the header of the answer is in `out_`
void session::start_stream(std::shared_ptr<event_source> events) {
  streaming_ = std::make_unique<streaming>();
  server_->meters.streams_opened.add();
  auto& x = *streaming_;
  x.events = std::move(events);
  x.ends_at = on_steady_clock(exchange_.head.request.may_until);
  x.is_chunked = is_chunked(exchange_.head);
  // It lives for hours: nothing is kept that its request needed.
  exchange_.address = address_;
  exchange_.head = {};
  buffer_ = {};
  error_code ignored;
  socket_.set_option(
    asio::socket_base::send_buffer_size{limits::stream_send_buffer}, ignored);
  socket_.non_blocking(true, ignored);
  x.events->open([weak = weak_from_this()] {
    auto self = weak.lock();
    if (!self || self->server_->is_finished())
      return;
    auto executor = self->socket_.get_executor();
    asio::post(executor, [self = std::move(self)] { self->send_events(); });
  });
  watch_client();
  send_events();
}

void session::send_events() {
  if (!streaming_ || streaming_->is_writing)
    return;
  auto& x = *streaming_;
  auto now = clock::now();
  std::string text;
  x.events->take(text, now);
  if (text.empty() && now >= x.beat_at)
    append_heartbeat(text);
  auto is_last
    = x.events->is_over() || now >= x.ends_at || server_->is_stopping();
  if (text.empty() && !is_last)
    wait_for_events();
  else
    write_events(text, is_last);
}

void session::wait_for_events() {
  const auto& x = *streaming_;
  phase_ = phase::streaming;
  deadline_ = std::min({x.events->due_at(), x.beat_at, x.ends_at});
  if (deadline_ < watched_)
    watch();
}

void session::write_events(const std::string& text, bool is_last) {
  auto& x = *streaming_;
  if (!x.is_chunked)
    out_ += text;
  else if (!text.empty())
    append_chunk(out_, text);
  if (x.is_chunked && is_last)
    append_last_chunk(out_);
  x.beat_at = clock::now() + server_->config.stream_heartbeat;
  x.is_writing = true;
  x.is_last = is_last;
  // Who does not take it by then is cut off.
  enter(phase::writing, server_->is_stopping()
                          ? limits::stream_stop_time_max
                          : server_->config.write_time_max);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      self->on_events_written(error);
                    });
}

void session::on_events_written(error_code error) {
  // An idle stream keeps no memory for what it wrote.
  out_ = {};
  if (error || !streaming_ || streaming_->is_last) {
    close();
    return;
  }
  streaming_->is_writing = false;
  send_events();
}

/// Waits without a buffer: a thousand idle streams would each keep one.
void session::watch_client() {
  socket_.async_wait(
    tcp::socket::wait_read,
    bind_front_handler(&session::on_client, shared_from_this()));
}

void session::on_client(error_code error) {
  if (error || !streaming_)
    return;
  std::array<char, 512> thrown_away;
  streaming_->received += socket_.read_some(asio::buffer(thrown_away), error);
  auto has_gone = error && error != asio::error::would_block;
  if (has_gone || streaming_->received > limits::stream_received_max)
    close();
  else
    watch_client();
}

void session::stop_stream() {
  if (streaming_->is_writing)
    enter(phase::writing, limits::stream_stop_time_max);
  else
    send_events();
}

} // namespace registrar
