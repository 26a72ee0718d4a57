#include "http/listener.hpp"

#include "config/logging.hpp"
#include "http/session.hpp"

#include <boost/asio/post.hpp>

namespace registrar {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto accept_pause = std::chrono::milliseconds{50};

failure cannot_listen(const std::string& where, const error_code& error) {
  auto what_to_do
    = error == asio::error::address_in_use
        ? "stop the process that uses it or give another one with --listen"
      : error == asio::error::access_denied
        ? "ports below 1024 need rights; give another one with --listen"
        : "give an address of this machine with --listen";
  return {ec::invalid_value, "The address " + where + " cannot be listened on ("
                               + error.message() + "); " + what_to_do + "."};
}

/// Names are not looked up, except for the one that needs no look-up.
asio::ip::address address_of(const std::string& host, error_code& error) {
  return asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host,
                                error);
}

} // namespace

listener::listener(std::shared_ptr<server_state> server)
  : server_(std::move(server)), acceptor_(server_->threads.first()),
    pause_(server_->threads.first()) {
}

fallible<done> listener::open(const std::string& host, std::uint16_t port) {
  auto where = (host.find(':') == std::string::npos ? host : '[' + host + ']')
               + ':' + std::to_string(port);
  error_code error;
  tcp::endpoint endpoint{address_of(host, error), port};
  if (error)
    return {ec::invalid_value, "The address " + where
                                 + " cannot be listened on: " + host
                                 + " is no IP address; give one such as "
                                   "127.0.0.1:8080 with --listen."};
  acceptor_.open(endpoint.protocol(), error);
  if (!error)
    acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error)
    acceptor_.bind(endpoint, error);
  if (!error)
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return cannot_listen(where, error);
  port_ = acceptor_.local_endpoint(error).port();
  return done{};
}

void listener::start() {
  asio::post(acceptor_.get_executor(),
             [self = shared_from_this()] { self->accept(); });
}

void listener::stop() {
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
    error_code ignored;
    self->acceptor_.close(ignored);
    self->pause_.cancel();
  });
}

void listener::accept() {
  acceptor_.async_accept(
    server_->threads.next(),
    [self = shared_from_this()](const error_code& error, tcp_socket socket) {
      self->on_accepted(error, std::move(socket));
    });
}

void listener::on_accepted(const error_code& error, tcp_socket socket) {
  if (!acceptor_.is_open())
    return;
  if (error) {
    log_warn("accept-failed", "listener could not accept: {}", error.message());
    accept_later();
    return;
  }
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto peer = socket.remote_endpoint(ignored).address().to_string();
  auto how = server_->admit(peer);
  if (how != admission::cut_off)
    std::make_shared<session>(std::move(socket), server_, std::move(peer), how)
      ->start();
  accept();
}

void listener::accept_later() {
  pause_.expires_after(accept_pause);
  pause_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (!stopped)
      self->accept();
  });
}

} // namespace registrar
