#include "http/middleware/stream_places.hpp"

#include "config/limits.hpp"
#include "http/live_page.hpp"
#include "http/problem.hpp"
#include "http/trusted_peers.hpp"

namespace registrar {

stream_places::stream_places(const middleware_setup& setup)
  : config_(setup.config),
    counts_(setup.config.streams_max, setup.config.streams_per_address_max),
    live_pages_(limits::live_pages_max, limits::live_pages_max) {
}

refusal_response stream_places::admit(http_exchange& x) {
  if (wants_live_page(*x.head.route, x.head.request))
    x.streams = live_pages_.take(x.address, true);
  else if (x.head.route->is_stream)
    x.streams = counts_.take(x.address, is_trusted(config_, x.address));
  else
    return {};
  if (x.streams)
    return {};
  return problem({ec::overloaded,
                  "Too many streams are open, in all or from this address; "
                  "close some or wait."});
}

/// Who is refused, or asked by HEAD only, needs none.
void stream_places::leave(http_exchange& x, http_response& response) const {
  if (!response.stream || x.head.is_head)
    x.streams.give_back();
}

} // namespace registrar
