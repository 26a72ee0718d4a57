#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Keeps what is about a person out of caches.
class cache_control {
public:
  explicit cache_control(const middleware_setup&) {
  }

  void leave(http_exchange& x, http_response& response);
};

} // namespace registrar
