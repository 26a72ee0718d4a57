#include "http/middleware/stream_places.hpp"

#include "http/problem.hpp"
#include "http/trusted_peers.hpp"

namespace registrar {

stream_places::stream_places(const middleware_setup& setup)
  : config_(setup.config),
    counts_(setup.config.streams_max, setup.config.streams_per_address_max) {
}

refusal_response stream_places::admit(http_exchange& x) {
  if (!x.head.route->is_stream)
    return {};
  x.streams = counts_.take(x.address, is_trusted(config_, x.address));
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
