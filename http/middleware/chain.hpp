#pragma once

#include "http/middleware/access_log.hpp"
#include "http/middleware/cache_control.hpp"
#include "http/middleware/in_flight.hpp"
#include "http/middleware/middleware_list.hpp"
#include "http/middleware/request_ids.hpp"
#include "http/middleware/trace_contexts.hpp"

namespace registrar {

/// The middleware of every request, from the outside to the inside: the one
/// place that knows their order. Authentication belongs before `cache_control`.
using middleware_order = middleware_list<
  // Names that refusals and log lines bear.
  request_ids, trace_contexts, access_log,
  // What caches may keep.
  cache_control,
  // What the service can take.
  in_flight>;

class middleware_chain : public middleware_order {
public:
  using middleware_order::middleware_order;
};

} // namespace registrar
