#pragma once

#include "cli/rehearse/histogram.hpp"
#include "cli/rehearse/workload.hpp"
#include "messages/errors.hpp"

#include <functional>
#include <map>
#include <string>

namespace registrar::rehearsal {

/// Where requests go.
struct target {
  /// IP address.
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  /// For the Host field: `127.0.0.1:8080`.
  std::string authority;
  /// Token that every request bears; none where it is empty.
  std::string bearer;
};

struct driver_options {
  std::size_t connections = 64;
  /// Requests per second, sent when they are due whatever the server does
  /// (open loop); 0: each connection sends as soon as it is free.
  double rate = 0;
  /// A request is given up this long after it was due first.
  std::chrono::seconds patience{60};
  /// Stop sending new requests after this long; 0: when all are sent.
  std::chrono::nanoseconds time_max{0};
};

/// What happened on the wire.
struct load_report {
  /// Requests answered for good, each once.
  std::uint64_t answered = 0;
  std::uint64_t given_up = 0;
  std::uint64_t sent_again = 0;
  std::uint64_t replays = 0;
  /// Every answer, also those that were asked again; 0: connections lost.
  std::map<int, std::uint64_t> by_status;
  /// From the moment a request was due, not from when it could be sent: a
  /// server that stalls is charged for all that would have come meanwhile.
  histogram latency;
  std::chrono::nanoseconds elapsed{0};

  double per_second() const;
  void add(const load_report& other);
};

/// Called about ten times a second. @return false to end at once.
using on_progress = std::function<bool(const load_report&, std::size_t total)>;

/// Sends a workload over keep-alive connections from this thread, with
/// non-blocking sockets and one epoll. Ends when every request is answered or
/// given up; fails where nobody listens, or where `progress` ends it.
fallible<load_report> drive(const target& to, const driver_options& options,
                            workload& work, const on_progress& progress);

} // namespace registrar::rehearsal
