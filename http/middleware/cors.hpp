#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Lets pages of the configured origins use the service (the Fetch standard's
/// CORS protocol): answers preflights, and names the origin in answers to it.
/// Who else asks is served too, but a browser keeps the answer from the page.
/// No credentials are allowed that a browser would send by itself: a page puts
/// its token into `Authorization`.
class cors {
public:
  explicit cors(const middleware_setup& setup)
    : origins_(setup.config.cors_origins) {
  }

  refusal_response enter(http_exchange& x) const;
  void leave(http_exchange& x, http_response& response) const;

private:
  bool is_allowed(std::string_view origin) const;

  const std::vector<std::string>& origins_;
};

} // namespace registrar
