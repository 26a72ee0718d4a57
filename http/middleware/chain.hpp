#pragma once

#include "http/middleware/access_log.hpp"
#include "http/middleware/address_limits.hpp"
#include "http/middleware/authentication.hpp"
#include "http/middleware/cache_control.hpp"
#include "http/middleware/client_addresses.hpp"
#include "http/middleware/compression.hpp"
#include "http/middleware/conditional.hpp"
#include "http/middleware/cors.hpp"
#include "http/middleware/in_flight.hpp"
#include "http/middleware/load_shedding.hpp"
#include "http/middleware/middleware_list.hpp"
#include "http/middleware/request_ids.hpp"
#include "http/middleware/request_metrics.hpp"
#include "http/middleware/security_headers.hpp"
#include "http/middleware/stream_places.hpp"
#include "http/middleware/student_limits.hpp"
#include "http/middleware/trace_contexts.hpp"

#include <atomic>

namespace registrar {

/// The middleware of every request, from the outside to the inside: the one
/// place that knows their order.
using middleware_order = middleware_list<
  // Who and what refusals and log lines name.
  request_ids, trace_contexts, client_addresses, access_log, request_metrics,
  // What browsers must know of every answer; a preflight bears no token.
  security_headers, cors,
  // How often may be asked, before anything that costs more.
  address_limits,
  // Who is let in, and how often each student is.
  authentication, student_limits,
  // What becomes of an answer: its ETag is that of what is sent.
  cache_control, compression, conditional,
  // What the service can take.
  load_shedding, in_flight, stream_places>;

class middleware_chain : public middleware_order {
public:
  using middleware_order::middleware_order;

  /// The server will stop soon: from now on it is not ready, and answers close
  /// their connections, so that clients and load balancers turn elsewhere.
  void drain() {
    is_draining_ = true;
  }

  bool is_draining() const {
    return is_draining_;
  }

private:
  std::atomic<bool> is_draining_{false};
};

} // namespace registrar
