#include "http/session.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"
#include "http/problem.hpp"
#include "http/response_text.hpp"
#include "messages/uuid.hpp"

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
constexpr std::string_view head_end = "\r\n\r\n";

} // namespace

session::session(tcp_socket socket, std::shared_ptr<server_state> server,
                 std::string address, admission how)
  : server_(std::move(server)), socket_(std::move(socket)),
    timer_(socket_.get_executor()), address_(std::move(address)), how_(how) {
  server_->joined(this);
}

session::~session() {
  if (is_counted_)
    server_->end_request();
  server_->left(this, address_, how_);
}

void session::start() {
  asio::dispatch(socket_.get_executor(), [self = shared_from_this()] {
    if (self->how_ == admission::served) {
      self->read_head();
      return;
    }
    self->began_ = clock::now();
    self->head_.keeps_alive = false;
    self->answer(problem(
      {ec::overloaded, "Too many connections are open; close some or wait."}));
  });
}

void session::stop() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == phase::idle)
      self->close();
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
  head_ = {};
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
    // Empty lines before a request are allowed (RFC 9112, 2.2).
    buffer_.consume(
      std::min(received().find_first_not_of("\r\n"), buffer_.size()));
  auto text = received();
  auto from = searched_ > head_end.size() ? searched_ - head_end.size() : 0;
  auto end = text.find(head_end, from);
  if (end != std::string_view::npos
      && end + head_end.size() <= limits::header_bytes_max) {
    began_ = clock::now();
    judge(end + head_end.size());
    return;
  }
  if (text.size() >= limits::header_bytes_max) {
    began_ = clock::now();
    head_.keeps_alive = false;
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
  began_ = clock::now();
  is_late_ = false;
  head_.keeps_alive = false;
  answer(problem(408, "request_timeout",
                 "The request did not arrive in time; send it without "
                 "pauses."));
}

void session::judge(std::size_t head_size) {
  auto judged = judge_head(received().substr(0, head_size));
  buffer_.consume(head_size);
  head_ = std::move(judged.head);
  if (judged.fault) {
    // The body that follows is not read: the next request cannot be found.
    if (head_.content_length > 0)
      head_.keeps_alive = false;
    answer(std::move(*judged.fault));
  } else if (head_.content_length == 0) {
    handle();
  } else if (head_.expects_continue && buffer_.size() == 0) {
    ask_for_body();
  } else {
    enter(phase::body, server_->config.body_time_max);
    read_body();
  }
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
  auto size = head_.content_length;
  if (buffer_.size() >= size) {
    head_.request.body = received().substr(0, size);
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
  if (!head_.route->is_probe) {
    if (!server_->begin_request()) {
      answer(
        problem({ec::overloaded, "Too many requests are being worked on."}));
      return;
    }
    is_counted_ = true;
  }
  head_.route->handle(server_->context, head_.request, head_.route_id,
                      [self = shared_from_this()](http_response response) {
                        self->answer_later(std::move(response));
                      });
}

void session::answer_later(http_response response) {
  // Nobody is left to write it, and the thread's queue would keep us.
  if (server_->is_finished())
    return;
  asio::dispatch(
    socket_.get_executor(),
    [self = shared_from_this(), response = std::move(response)]() mutable {
      self->answer(std::move(response));
    });
}

// -- writing ------------------------------------------------------------------

void session::answer(http_response response) {
  if (is_counted_) {
    is_counted_ = false;
    server_->end_request();
  }
  status_ = response.status;
  head_.keeps_alive = head_.keeps_alive && !server_->is_stopping();
  if (head_.request.request_id.empty())
    head_.request.request_id = uuid::random().to_string();
  write_response(out_, head_, response);
  log_access();
  enter(phase::writing, server_->config.write_time_max);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      self->on_written(error);
                    });
}

void session::log_access() const {
  if (!server_->config.access_log)
    return;
  auto micros = std::chrono::duration_cast<std::chrono::microseconds>(
    clock::now() - began_);
  const auto& request = head_.request;
  log_info("request-answered", "{} {} {} {} bytes {} us request {} from {}",
           request.method.empty() ? "-" : request.method,
           request.path.empty() ? "-" : request.path, status_, out_.size(),
           micros.count(), request.request_id, address_);
}

void session::on_written(error_code error) {
  if (error)
    close();
  else if (head_.keeps_alive)
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
}

} // namespace registrar
