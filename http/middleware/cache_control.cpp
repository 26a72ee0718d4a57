#include "http/middleware/cache_control.hpp"

namespace registrar {

void cache_control::leave(http_exchange& x, http_response& response) const {
  static constexpr std::string_view name = "Cache-Control";
  auto& headers = response.headers;
  if (x.head.route != nullptr && x.head.route->is_personal)
    headers.set(name, "no-store");
  else if (headers.has("ETag") && !headers.has(name))
    headers.add(name, "no-cache");
}

} // namespace registrar
