#pragma once

#include "http/middleware/middleware_list.hpp"

#include <chrono>

namespace registrar {

/// The share of new registrations to refuse, 0 to 1: rises from 0 where the
/// journal nears its bound to 1 at it, and where a step of the ledger takes so
/// much of a request's time that many would come too late anyway; then some
/// are let through, to see it heal.
double share_to_shed(const service_load& load,
                     std::chrono::milliseconds request_deadline);

/// Refuses registrations by chance before the service suffers: few early beat
/// all at once. Drops, which bring relief, and reads are served.
class load_shedding {
public:
  static constexpr auto refuses_as = refusal_cause::load;

  explicit load_shedding(const middleware_setup& setup) : setup_(setup) {
  }

  refusal_response admit(http_exchange& x) const;

private:
  middleware_setup setup_;
};

} // namespace registrar
