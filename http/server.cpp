#include "http/server.hpp"

#include "config/logging.hpp"
#include "http/problem.hpp"
#include "http/session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include <thread>
#include <vector>

namespace registrar {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto poll_period = std::chrono::milliseconds{5};
/// Out of file descriptors: wait for one to be closed.
constexpr auto accept_pause = std::chrono::milliseconds{50};

/// One thread and its connections.
struct io_thread {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{
    context.get_executor()};
  std::thread thread;

  void run() {
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& unexpected) {
        log_error("io-handler-threw", "an io handler threw: {}",
                  unexpected.what());
      }
    }
  }
};

} // namespace

struct http_server::impl {
  impl(const settings& config, registrar::service& service)
    : state(std::make_shared<server_state>(config, service)) {
    auto count = std::max<std::size_t>(config.io_threads, 1);
    for (std::size_t i = 0; i < count; ++i)
      threads.push_back(std::make_unique<io_thread>());
  }

  fallible<done> listen(const std::string& host, std::uint16_t port);
  void accept();
  void on_accepted(const boost::system::error_code& error, tcp::socket socket);
  void turn_away(tcp::socket socket);

  std::shared_ptr<server_state> state;
  std::vector<std::unique_ptr<io_thread>> threads;
  std::unique_ptr<tcp::acceptor> acceptor;
  std::unique_ptr<asio::steady_timer> pause;
  std::size_t next = 0;
  std::uint16_t port = 0;
};

fallible<done> http_server::impl::listen(const std::string& host,
                                         std::uint16_t wanted) {
  boost::system::error_code error;
  auto where = host + ":" + std::to_string(wanted);
  auto address = asio::ip::make_address(host, error);
  if (error)
    return {ec::invalid_value, "The address " + where
                                 + " cannot be listened on: " + host
                                 + " is no IP address; give one, such as "
                                   "127.0.0.1:8080."};
  tcp::endpoint endpoint{address, wanted};
  acceptor = std::make_unique<tcp::acceptor>(threads[0]->context);
  acceptor->open(endpoint.protocol(), error);
  if (!error)
    acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error)
    acceptor->bind(endpoint, error);
  if (!error)
    acceptor->listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return {ec::store_locked, "The address " + where
                                + " cannot be listened on (" + error.message()
                                + "); stop who uses it or give another with "
                                  "--listen."};
  port = acceptor->local_endpoint(error).port();
  pause = std::make_unique<asio::steady_timer>(threads[0]->context);
  return done{};
}

void http_server::impl::accept() {
  auto& thread = *threads[next++ % threads.size()];
  acceptor->async_accept(
    thread.context,
    [this](const boost::system::error_code& error, tcp::socket socket) {
      on_accepted(error, std::move(socket));
    });
}

void http_server::impl::on_accepted(const boost::system::error_code& error,
                                    tcp::socket socket) {
  if (error == asio::error::operation_aborted || !acceptor->is_open())
    return;
  if (error) {
    log_warn("accept-failed", "listener could not accept: {}", error.message());
    pause->expires_after(accept_pause);
    pause->async_wait([this](const boost::system::error_code& stopped) {
      if (!stopped)
        accept();
    });
    return;
  }
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto peer = socket.remote_endpoint(ignored).address().to_string();
  if (state->may_connect(peer))
    std::make_shared<session>(std::move(socket), state, peer)->start();
  else
    turn_away(std::move(socket));
  accept();
}

void http_server::impl::turn_away(tcp::socket socket) {
  auto response = problem(
    {ec::overloaded, "Too many connections are open; close one or wait."});
  auto text = std::make_shared<std::string>(
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: " + response.content_type
    + "\r\nContent-Length: " + std::to_string(response.body.size())
    + "\r\nRetry-After: " + response.headers.at(0).second
    + "\r\nConnection: close\r\n\r\n" + response.body);
  auto kept = std::make_shared<tcp::socket>(std::move(socket));
  asio::async_write(
    *kept, asio::buffer(*text),
    [kept, text](const boost::system::error_code&, std::size_t) {
      boost::system::error_code ignored;
      kept->shutdown(tcp::socket::shutdown_both, ignored);
    });
}

http_server::http_server(const settings& config, service& service)
  : impl_(std::make_unique<impl>(config, service)) {
}

http_server::~http_server() {
  stop(std::chrono::milliseconds{0});
}

fallible<done> http_server::start(const std::string& host, std::uint16_t port) {
  if (auto listening = impl_->listen(host, port); !listening)
    return listening;
  impl_->accept();
  for (auto& one : impl_->threads)
    one->thread = std::thread{[&thread = *one] { thread.run(); }};
  return done{};
}

std::uint16_t http_server::port() const {
  return impl_->port;
}

void http_server::stop(std::chrono::milliseconds patience) {
  auto& x = *impl_;
  if (x.threads.empty())
    return;
  asio::post(x.threads[0]->context, [&x] {
    boost::system::error_code ignored;
    if (x.acceptor)
      x.acceptor->close(ignored);
    if (x.pause)
      x.pause->cancel();
  });
  x.state->for_all([](session& one) { one.stop(); });
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (x.state->connections() > 0
         && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(poll_period);
  x.state->for_all([](session& one) { one.abort(); });
  for (auto& one : x.threads) {
    one->work.reset();
    if (patience.count() == 0)
      one->context.stop();
    if (one->thread.joinable())
      one->thread.join();
  }
  x.threads.clear();
}

} // namespace registrar
