#pragma once

#include "config/settings.hpp"
#include "http/io_threads.hpp"
#include "http/metrics/http_meters.hpp"
#include "http/middleware/chain.hpp"
#include "http/operations/overview.hpp"
#include "messages/service.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

namespace registrar {

class session;

/// What becomes of a new connection.
enum class admission : std::uint8_t {
  served,
  /// Over a bound: told so by a 503.
  turned_away,
  /// Even those that are turned away are too many.
  cut_off,
};

/// What the connections of one server share: the threads, the service, the
/// middleware, and the counts that bound them. Thread-safe, except for
/// `threads`.
class server_state {
public:
  server_state(const settings& given, registrar::service& answers)
    : config(given), service(answers),
      chain(middleware_setup{config, service, meters}),
      threads(given.io_threads) {
  }

  /// The connection is counted until `left`, unless it is cut off.
  admission admit(const std::string& address);
  void joined(session* who);
  void left(session* who, const std::string& address, admission how);

  /// Those that are not gone yet.
  std::size_t connections() const;

  /// From now on connections end with the request they are at.
  void stop() {
    is_stopping_ = true;
  }

  bool is_stopping() const {
    return is_stopping_;
  }

  /// No thread works any more.
  void finish() {
    is_finished_ = true;
  }

  bool is_finished() const {
    return is_finished_;
  }

  /// Calls `act` with every connection that is still there.
  void for_all(void (*act)(session&));

  const settings config;
  registrar::service& service;
  http_meters meters;
  overview_history history;
  middleware_chain chain;
  io_threads threads;

private:
  mutable std::mutex mutex_;
  std::unordered_set<session*> sessions_;
  std::map<std::string, std::size_t> by_address_;
  std::size_t served_ = 0;
  std::size_t turned_away_ = 0;
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> is_finished_{false};
};

} // namespace registrar
