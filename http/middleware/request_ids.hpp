#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// `X-Request-Id`, which names the exchange: the client's where it is usable,
/// else one of ours. Every answer bears it.
class request_ids {
public:
  explicit request_ids(const middleware_setup&) {
  }

  refusal_response enter(http_exchange& x);
  void leave(http_exchange& x, http_response& response);
};

} // namespace registrar
