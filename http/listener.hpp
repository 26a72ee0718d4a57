#pragma once

#include "http/server_state.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>

namespace registrar {

/// Accepts connections and hands them to the threads in turn. Lives on the
/// first thread.
class listener : public std::enable_shared_from_this<listener> {
public:
  explicit listener(std::shared_ptr<server_state> server);

  /// Takes the address. Failures say which address and what to change.
  fallible<done> open(const std::string& host, std::uint16_t port);

  void start();

  /// From any thread.
  void stop();

  std::uint16_t port() const {
    return port_;
  }

private:
  void accept();
  void on_accepted(const boost::system::error_code& error, tcp_socket socket);
  /// Out of file descriptors: wait for one to be closed.
  void accept_later();

  std::shared_ptr<server_state> server_;
  tcp_acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
};

} // namespace registrar
