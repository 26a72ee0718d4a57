#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Answers a read with 304 where the client has it already: by the ETag that
/// the handler gave it, or by one of its content. Not for probes, and not where
/// the handler says `no-store` itself: a stale answer has the tag of the one
/// that it stands for.
class conditional {
public:
  explicit conditional(const middleware_setup&) {
  }

  void leave(http_exchange& x, http_response& response) const;
};

} // namespace registrar
