#pragma once

#include "http/middleware/middleware_list.hpp"
#include "http/middleware/rate_limit.hpp"

namespace registrar {

/// Bounds how often one address may ask, where the configuration says so: an
/// IPv4 address, or the 64 bits of an IPv6 one that a single site has. Judged
/// before anything that costs more. Probes, loopback and trusted proxies are
/// exempt; a client that a proxy names is not.
class address_limits {
public:
  static constexpr auto refuses_as = refusal_cause::address_limit;

  explicit address_limits(const middleware_setup& setup);

  refusal_response enter(http_exchange& x);
  void leave(http_exchange& x, http_response& response) const;

private:
  const settings& config_;
  rate_limit limit_;
};

} // namespace registrar
