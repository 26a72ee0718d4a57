#include "http/session.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"
#include "http/problem.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace registrar {

namespace {

namespace asio = boost::asio;
using boost::beast::bind_front_handler;

constexpr std::size_t read_size = 4'096;
/// After an answer that closes, what the client still sends is read and thrown
/// away for a moment: closing at once would destroy the answer on its way.
constexpr auto linger_time = std::chrono::seconds{1};
constexpr std::size_t linger_bytes_max = 256 * 1024;
constexpr std::string_view head_end = "\r\n\r\n";

} // namespace

session::session(asio::ip::tcp::socket socket,
                 std::shared_ptr<server_state> server, std::string address)
  : stream_(std::move(socket)), server_(std::move(server)),
    address_(std::move(address)) {
  server_->joined(this);
}

session::~session() {
  if (is_counted_)
    server_->end_request();
  server_->left(this, address_);
}

void session::start() {
  asio::dispatch(stream_.get_executor(),
                 [self = shared_from_this()] { self->read_head(); });
}

void session::stop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] {
    self->is_stopping_ = true;
    if (self->is_idle_)
      self->close();
  });
}

void session::abort() {
  asio::post(stream_.get_executor(),
             [self = shared_from_this()] { self->close(); });
}

// -- reading ------------------------------------------------------------------

void session::read_head() {
  head_ = {};
  searched_ = 0;
  is_idle_ = buffer_.size() == 0;
  if (is_idle_) {
    if (is_stopping_) {
      close();
      return;
    }
    stream_.expires_after(server_->config.idle_time_max);
  } else {
    stream_.expires_after(server_->config.header_time_max);
  }
  on_head_bytes({}, 0);
}

void session::on_head_bytes(error_code error, std::size_t size) {
  if (error) {
    if (error == boost::beast::error::timeout && !is_idle_)
      refuse_late();
    else
      close();
    return;
  }
  buffer_.commit(size);
  if (is_idle_ && buffer_.size() > 0) {
    is_idle_ = false;
    stream_.expires_after(server_->config.header_time_max);
  }
  std::string_view text{static_cast<const char*>(buffer_.data().data()),
                        buffer_.size()};
  if (searched_ == 0) {
    // Empty lines before a request are allowed (RFC 9112, 2.2).
    auto blank = std::min(text.find_first_not_of("\r\n"), text.size());
    buffer_.consume(blank);
    text.remove_prefix(blank);
  }
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
    answer(header_too_large());
    return;
  }
  searched_ = text.size();
  stream_.async_read_some(
    buffer_.prepare(read_size),
    bind_front_handler(&session::on_head_bytes, shared_from_this()));
}

void session::refuse_late() {
  began_ = clock::now();
  head_.keeps_alive = false;
  answer(problem(408, "request_timeout",
                 "The request did not arrive in time; send it without "
                 "pauses."));
}

void session::judge(std::size_t head_size) {
  auto judged
    = judge_head({static_cast<const char*>(buffer_.data().data()), head_size});
  buffer_.consume(head_size);
  head_ = std::move(judged.head);
  if (judged.fault) {
    // The body that follows is not read: the next request cannot be found.
    if (head_.content_length > 0)
      head_.keeps_alive = false;
    answer(std::move(*judged.fault));
    return;
  }
  if (head_.content_length == 0) {
    handle();
    return;
  }
  stream_.expires_after(server_->config.body_time_max);
  if (head_.expects_continue && buffer_.size() == 0) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(
      stream_, asio::buffer(go_on.data(), go_on.size()),
      [self = shared_from_this()](error_code error, std::size_t) {
        if (error)
          self->close();
        else
          self->read_body();
      });
    return;
  }
  read_body();
}

void session::read_body() {
  on_body_bytes({}, 0);
}

void session::on_body_bytes(error_code error, std::size_t size) {
  if (error) {
    if (error == boost::beast::error::timeout)
      refuse_late();
    else
      close();
    return;
  }
  buffer_.commit(size);
  if (buffer_.size() < head_.content_length) {
    auto missing = head_.content_length - buffer_.size();
    stream_.async_read_some(
      buffer_.prepare(std::max(missing, read_size)),
      bind_front_handler(&session::on_body_bytes, shared_from_this()));
    return;
  }
  head_.request.body.assign(static_cast<const char*>(buffer_.data().data()),
                            head_.content_length);
  buffer_.consume(head_.content_length);
  handle();
}

// -- handling -----------------------------------------------------------------

void session::handle() {
  stream_.expires_never();
  if (!server_->begin_request()) {
    answer(problem({ec::overloaded, "Too many requests are being worked on."}));
    return;
  }
  is_counted_ = true;
  auto request = std::make_shared<const http_request>(std::move(head_.request));
  head_.request.method = request->method;
  head_.request.path = request->path;
  head_.request.request_id = request->request_id;
  head_.route->handle(server_->context, request, head_.route_id,
                      [self = shared_from_this()](http_response response) {
                        self->answer_later(std::move(response));
                      });
}

void session::answer_later(http_response response) {
  asio::dispatch(
    stream_.get_executor(),
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
  head_.keeps_alive = head_.keeps_alive && !is_stopping_;
  out_.clear();
  out_ += "HTTP/1.1 ";
  out_ += std::to_string(response.status);
  out_ += ' ';
  out_ += reason_phrase(response.status);
  out_ += "\r\nContent-Type: ";
  out_ += response.content_type;
  out_ += "\r\nContent-Length: ";
  out_ += std::to_string(response.body.size());
  out_ += "\r\nX-Request-Id: ";
  out_ += head_.request.request_id;
  if (head_.route != nullptr && head_.route->is_personal)
    out_ += "\r\nCache-Control: no-store";
  for (const auto& [name, value] : response.headers) {
    out_ += "\r\n";
    out_ += name;
    out_ += ": ";
    out_ += value;
  }
  out_ += head_.keeps_alive ? "\r\nConnection: keep-alive\r\n\r\n"
                            : "\r\nConnection: close\r\n\r\n";
  if (!head_.is_head)
    out_ += response.body;
  log_access();
  stream_.expires_after(limits::write_time_max);
  asio::async_write(stream_, asio::buffer(out_),
                    [self = shared_from_this()](error_code error, std::size_t) {
                      self->on_written(error);
                    });
}

void session::log_access() const {
  if (!server_->config.access_log)
    return;
  auto micros = std::chrono::duration_cast<std::chrono::microseconds>(
    clock::now() - began_);
  log_info("request-answered", "{} {} {} {} bytes {} us request {} from {}",
           head_.request.method.empty() ? "-" : head_.request.method,
           head_.request.path.empty() ? "-" : head_.request.path, status_,
           out_.size(), micros.count(), head_.request.request_id, address_);
}

void session::on_written(error_code error) {
  if (error)
    close();
  else if (head_.keeps_alive)
    read_head();
  else
    linger();
}

// -- ending -------------------------------------------------------------------

void session::linger() {
  error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  if (lingered_ == 0)
    stream_.expires_after(linger_time);
  buffer_.clear();
  stream_.async_read_some(
    buffer_.prepare(read_size),
    [self = shared_from_this()](error_code error, std::size_t size) {
      self->lingered_ += std::max<std::size_t>(size, 1);
      if (error || self->lingered_ > linger_bytes_max)
        self->close();
      else
        self->linger();
    });
}

void session::close() {
  error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.close();
}

} // namespace registrar
