#pragma once

#include "config/settings.hpp"
#include "messages/service.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace registrar {

/// Serves HTTP/1.1 on one address. Boost stays behind this header.
class http_server {
public:
  /// @pre `service` outlives the server.
  http_server(const settings& config, service& service);
  /// Stops without grace where `stop` was not called.
  ~http_server();

  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Listens and returns. Port 0 takes a free one. Failures say which address
  /// and what to change.
  fallible<done> start(const std::string& host, std::uint16_t port);

  /// The port that is listened on.
  std::uint16_t port() const;

  /// Calls `work` once every thread that serves has had a turn; never where one
  /// hangs. @pre between `start` and `stop`
  void walk_threads(std::function<void()> work);

  /// Says from now on that it is not ready, and closes each connection with
  /// its next answer; serves as before.
  void drain();

  /// Stops accepting, closes idle connections, waits until requests in flight
  /// are answered, at most `patience`, and closes what is left.
  void stop(std::chrono::milliseconds patience);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace registrar
