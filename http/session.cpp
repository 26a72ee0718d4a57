#include "http/session.hpp"

#include "config/limits.hpp"
#include "http/live_page.hpp"
#include "http/middleware/chain.hpp"
#include "http/problem.hpp"
#include "http/response_text.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>

#include <algorithm>

namespace registrar {

namespace {

namespace asio = boost::asio;
using boost::beast::bind_front_handler;
using tcp = asio::ip::tcp;

constexpr std::size_t read_size = 4'096;
/// What an idle connection may keep of the memory its last request took.
constexpr std::size_t kept_size = 16 * 1024;
/// The timer fires this often at least, so that a phase with a nearer end than
/// the one before rarely has to set it again.
constexpr auto watch_step = std::chrono::seconds{5};
/// After an answer that closes, what the client still sends is read and thrown
/// away for a moment: closing at once would destroy the answer on its way.
constexpr auto linger_time = std::chrono::seconds{1};
constexpr std::size_t linger_bytes_max = 256 * 1024;

} // namespace

session::session(tcp_socket socket, std::shared_ptr<server_state> server,
                 std::string address, admission how)
  : server_(std::move(server)), socket_(std::move(socket)),
    timer_(socket_.get_executor()),
    address_(std::move(address)), context_{server_->config, server_->service,
                                           server_->chain,  exchange_,
                                           server_->meters, server_->history},
    how_(how) {
  exchange_.address = address_;
  server_->joined(this);
}

session::~session() {
  server_->left(this, address_, how_);
}

void session::start() {
  asio::dispatch(socket_.get_executor(), [self = shared_from_this()] {
    if (self->how_ == admission::served) {
      self->read_head();
      return;
    }
    self->exchange_.began = clock::now();
    self->exchange_.head.keeps_alive = false;
    self->exchange_.refused_by = refusal_cause::connections;
    self->answer(problem(
      {ec::overloaded, "Too many connections are open; close some or wait."}));
  });
}

void session::stop() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == phase::idle)
      self->close();
    else if (self->streaming_)
      self->stop_stream();
  });
}

void session::abort() {
  asio::post(socket_.get_executor(),
             [self = shared_from_this()] { self->close(); });
}

// -- time ---------------------------------------------------------------------

void session::enter(phase next, std::chrono::milliseconds bound) {
  phase_ = next;
  deadline_ = clock::now() + bound;
  if (deadline_ < watched_)
    watch();
}

void session::watch() {
  watched_ = std::min(deadline_, clock::now() + watch_step);
  timer_.expires_at(watched_);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    auto self = weak.lock();
    if (error || !self || !self->socket_.is_open())
      return;
    if (clock::now() >= self->deadline_)
      self->on_late();
    else
      self->watch();
  });
}

void session::on_late() {
  watched_ = clock::time_point::max();
  if (phase_ == phase::streaming) {
    send_events();
    return;
  }
  if (phase_ != phase::head && phase_ != phase::body) {
    close();
    return;
  }
  // Ends the read, which then refuses.
  is_late_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

// -- reading ------------------------------------------------------------------

std::string_view session::received() const {
  auto bytes = buffer_.cdata();
  return {static_cast<const char*>(bytes.data()), bytes.size()};
}

void session::read_head() {
  exchange_ = {};
  exchange_.address = address_;
  searched_ = 0;
  if (buffer_.size() > 0) {
    enter(phase::head, server_->config.header_time_max);
    look_for_head();
    return;
  }
  if (buffer_.capacity() > kept_size)
    buffer_.shrink_to_fit();
  if (out_.capacity() > kept_size)
    out_ = {};
  enter(phase::idle, server_->config.idle_time_max);
  if (server_->is_stopping())
    close();
  else
    look_for_head();
}

void session::look_for_head() {
  if (searched_ == 0)
    buffer_.consume(empty_lines(received()));
  auto text = received();
  auto place = find_head(text, searched_);
  if (place.state != head_state::incomplete)
    exchange_.began = clock::now();
  if (place.state == head_state::whole) {
    judge(place.size);
    return;
  }
  if (place.state == head_state::too_large) {
    exchange_.head.keeps_alive = false;
    answer(header_too_large(text));
    return;
  }
  searched_ = text.size();
  socket_.async_read_some(
    buffer_.prepare(read_size),
    bind_front_handler(&session::on_head_bytes, shared_from_this()));
}

void session::on_head_bytes(error_code error, std::size_t size) {
  if (is_late_) {
    refuse_late();
    return;
  }
  if (error) {
    close();
    return;
  }
  buffer_.commit(size);
  if (phase_ == phase::idle)
    enter(phase::head, server_->config.header_time_max);
  look_for_head();
}

void session::refuse_late() {
  exchange_.began = clock::now();
  is_late_ = false;
  exchange_.head.keeps_alive = false;
  answer(problem(408, "request_timeout",
                 "The request did not arrive in time; send it without "
                 "pauses."));
}

void session::judge(std::size_t head_size) {
  auto& head = exchange_.head;
  auto refusal = judge_protocol(received().substr(0, head_size), head);
  buffer_.consume(head_size);
  if (!refusal)
    refusal = server_->chain.enter(exchange_);
  if (!refusal)
    refusal = judge_route(head);
  if (refusal) {
    refuse_unread(std::move(*refusal));
  } else if (head.content_length == 0) {
    handle();
  } else if (head.expects_continue && buffer_.size() == 0) {
    ask_for_body();
  } else {
    enter(phase::body, server_->config.body_time_max);
    read_body();
  }
}

void session::refuse_unread(http_response response) {
  auto& head = exchange_.head;
  // Where the body is not here yet, the next request cannot be found.
  if (buffer_.size() < head.content_length)
    head.keeps_alive = false;
  else
    buffer_.consume(head.content_length);
  answer(std::move(response));
}

void session::ask_for_body() {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  enter(phase::writing, server_->config.write_time_max);
  asio::async_write(socket_, asio::buffer(go_on.data(), go_on.size()),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (error) {
                        self->close();
                        return;
                      }
                      self->enter(phase::body,
                                  self->server_->config.body_time_max);
                      self->read_body();
                    });
}

void session::read_body() {
  auto size = exchange_.head.content_length;
  if (buffer_.size() >= size) {
    exchange_.head.request.body = received().substr(0, size);
    buffer_.consume(size);
    handle();
    return;
  }
  socket_.async_read_some(
    buffer_.prepare(std::max(size - buffer_.size(), read_size)),
    bind_front_handler(&session::on_body_bytes, shared_from_this()));
}

void session::on_body_bytes(error_code error, std::size_t size) {
  if (is_late_) {
    refuse_late();
  } else if (error) {
    close();
  } else {
    buffer_.commit(size);
    read_body();
  }
}

// -- handling -----------------------------------------------------------------

void session::handle() {
  phase_ = phase::handling;
  deadline_ = clock::time_point::max();
  if (auto refusal = server_->chain.admit(exchange_)) {
    answer(std::move(*refusal));
    return;
  }
  const auto& head = exchange_.head;
  auto is_live = wants_live_page(*head.route, head.request);
  head.route->handle(
    context_, head.request, head.route_id,
    [self = shared_from_this(), is_live](http_response response) {
      self->answer_later(std::move(response), is_live);
    });
}

void session::answer_later(http_response response, bool is_live) {
  // Nobody is left to write it, and the thread's queue would keep us.
  if (server_->is_finished())
    return;
  asio::dispatch(socket_.get_executor(), [self = shared_from_this(),
                                          response = std::move(response),
                                          is_live]() mutable {
    const auto& head = self->exchange_.head;
    if (is_live)
      response = as_live_page(self->context_, *head.route, head.request,
                              head.route_id, std::move(response));
    self->answer(std::move(response));
  });
}

// -- writing ------------------------------------------------------------------

void session::answer(http_response response) {
  auto& head = exchange_.head;
  auto is_last = response.stream && !head.is_head;
  head.keeps_alive = head.keeps_alive && !is_last && !server_->is_stopping()
                     && !server_->chain.is_draining();
  server_->chain.leave(exchange_, response);
  write_response(out_, head, response);
  exchange_.status = response.status;
  exchange_.answer_bytes = out_.size();
  server_->chain.sent(exchange_);
  if (is_last) {
    start_stream(std::move(response.stream));
    return;
  }
  enter(phase::writing, server_->config.write_time_max);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      self->on_written(error);
                    });
}

void session::on_written(error_code error) {
  if (error)
    close();
  else if (exchange_.head.keeps_alive)
    read_head();
  else {
    socket_.shutdown(tcp::socket::shutdown_send, error);
    enter(phase::lingering, linger_time);
    linger();
  }
}

// -- ending -------------------------------------------------------------------

void session::linger() {
  buffer_.clear();
  socket_.async_read_some(
    buffer_.prepare(read_size),
    [self = shared_from_this()](error_code error, std::size_t size) {
      self->lingered_ += size;
      if (error || self->lingered_ > linger_bytes_max)
        self->close();
      else
        self->linger();
    });
}

void session::close() {
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  timer_.cancel();
  // Nobody is told any more, and the place is free.
  if (std::exchange(streaming_, nullptr))
    server_->meters.streams_closed.add();
  exchange_.streams.give_back();
}

} // namespace registrar
