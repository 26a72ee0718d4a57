#pragma once

#include <chrono>

namespace registrar {

/// Cuts the connections of calls that outlive their deadline. PostgreSQL's own
/// timeouts end a statement that runs too long; they do not end the wait for a
/// server that is frozen, or behind a network that swallows packets. A thread
/// shuts the socket, upon which the driver reports a broken connection.
class call_watch {
public:
  /// @param socket of a connection that stays open while this lives.
  call_watch(int socket, std::chrono::milliseconds patience);

  call_watch(const call_watch&) = delete;
  call_watch& operator=(const call_watch&) = delete;

  ~call_watch();

  /// True once the deadline has passed and the socket was shut.
  bool has_cut() const;

  struct watched;

private:
  watched* entry_;
};

} // namespace registrar
