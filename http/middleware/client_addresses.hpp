#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Finds the client behind trusted proxies: the last address of
/// `X-Forwarded-For` that is not one of theirs. What others put there is not
/// believed.
class client_addresses {
public:
  explicit client_addresses(const middleware_setup& setup)
    : config_(setup.config) {
  }

  refusal_response enter(http_exchange& x) const;

private:
  const settings& config_;
};

} // namespace registrar
