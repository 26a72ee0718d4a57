#include "http/middleware/in_flight.hpp"

#include "http/problem.hpp"

namespace registrar {

refusal_response in_flight::admit(http_exchange& x) {
  if (x.head.route->is_probe)
    return {};
  if (++count_ > max_) {
    --count_;
    return problem({ec::overloaded, "Too many requests are being worked on."});
  }
  x.place = in_flight_place{count_};
  return {};
}

void in_flight::leave(http_exchange& x, http_response&) {
  x.place.give_back();
}

} // namespace registrar
