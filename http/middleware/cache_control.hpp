#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Keeps what is about a person out of caches, and lets them ask again, by its
/// ETag, before they use what else they have: a handler that knows better says
/// so itself.
class cache_control {
public:
  explicit cache_control(const middleware_setup&) {
  }

  void leave(http_exchange& x, http_response& response) const;
};

} // namespace registrar
