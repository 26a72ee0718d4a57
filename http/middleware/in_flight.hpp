#pragma once

#include "http/metrics/http_meters.hpp"
#include "http/middleware/middleware_list.hpp"

#include <atomic>

namespace registrar {

/// Bounds the requests that are being worked on: above, 503 at once beats a
/// queue. A request counts once it is whole, so that slow senders take no
/// place. Probes are always served.
class in_flight {
public:
  static constexpr auto refuses_as = refusal_cause::in_flight;

  explicit in_flight(const middleware_setup& setup)
    : max_(setup.config.requests_in_flight_max),
      count_(setup.meters.in_flight) {
  }

  refusal_response admit(http_exchange& x);
  void leave(http_exchange& x, http_response& response);

private:
  std::size_t max_;
  std::atomic<std::size_t>& count_;
};

} // namespace registrar
