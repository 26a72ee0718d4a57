#pragma once

#include "http/middleware/middleware_list.hpp"
#include "http/middleware/stream_counts.hpp"

namespace registrar {

/// Bounds the streams, which take a connection for hours, in all and of one
/// address: above, 503. The address is the client's, behind a proxy too;
/// loopback and trusted proxies themselves are exempt from the second bound.
class stream_places {
public:
  explicit stream_places(const middleware_setup& setup);

  refusal_response admit(http_exchange& x);
  void leave(http_exchange& x, http_response& response) const;

private:
  const settings& config_;
  stream_counts counts_;
  /// Operators have places of their own: on the worst day all others are taken.
  stream_counts live_pages_;
};

} // namespace registrar
