#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// W3C Trace Context: goes on with the trace that the client's `traceparent`
/// names, or begins one, and tells in the answer's `traceparent` which span of
/// it this exchange is.
class trace_contexts {
public:
  explicit trace_contexts(const middleware_setup&) {
  }

  refusal_response enter(http_exchange& x);
  void leave(http_exchange& x, http_response& response);
};

} // namespace registrar
