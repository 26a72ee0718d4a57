#pragma once

#include "messages/errors.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace registrar {

/// Where a Redis is and who we are there.
struct redis_address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::uint32_t database = 0;
  /// Empty: the default user.
  std::string user;
  /// Empty: none is asked for.
  std::string password;

  /// `redis://[[user]:password@]host[:port][/database]`; user and password may
  /// be percent-encoded, an IPv6 host is in brackets. `ec::invalid_value` says
  /// what is wrong and never shows the password.
  static fallible<redis_address> parse(std::string_view url);

  /// `host:port`.
  std::string place() const;

  /// For messages: host, port and database, no password.
  std::string to_string() const;

  friend bool operator==(const redis_address&, const redis_address&) = default;
};

} // namespace registrar
