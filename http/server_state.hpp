#pragma once

#include "config/settings.hpp"
#include "http/routes.hpp"
#include "messages/service.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

namespace registrar {

class session;

/// What the connections of one server share: the service, and the counts that
/// bound them. Thread-safe.
class server_state {
public:
  server_state(const settings& given, service& answers)
    : config(given), context{config, answers} {
  }

  /// False: too many connections, of all or of this address.
  bool may_connect(const std::string& address);
  void joined(session* who);
  void left(session* who, const std::string& address);
  std::size_t connections() const;

  /// False: too many requests are being worked on.
  bool begin_request();
  void end_request() {
    --requests_;
  }

  std::size_t requests() const {
    return requests_;
  }

  /// Calls `act` with every connection that is still there.
  void for_all(void (*act)(session&));

  const settings config;
  http_context context;

private:
  bool is_trusted(const std::string& address) const;

  mutable std::mutex mutex_;
  std::unordered_set<session*> sessions_;
  std::map<std::string, std::size_t> by_address_;
  std::size_t accepted_ = 0;
  std::atomic<std::size_t> requests_{0};
};

} // namespace registrar
