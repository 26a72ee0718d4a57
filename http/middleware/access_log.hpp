#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// One line for each request, where the configuration asks for it.
class access_log {
public:
  explicit access_log(const middleware_setup& setup)
    : is_on_(setup.config.access_log) {
  }

  void sent(const http_exchange& x) const;

private:
  bool is_on_;
};

} // namespace registrar
