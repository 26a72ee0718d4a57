#include "http/middleware/cache_control.hpp"

namespace registrar {

void cache_control::leave(http_exchange& x, http_response& response) {
  if (x.head.route != nullptr && x.head.route->is_personal)
    response.headers.set("Cache-Control", "no-store");
}

} // namespace registrar
