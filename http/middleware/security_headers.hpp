#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Tells browsers to take answers for what they are said to be, and pages to
/// load nothing but our own files, to run no script that stands in them, and to
/// be shown in nobody's frame. A handler that needs more says so itself.
class security_headers {
public:
  explicit security_headers(const middleware_setup&) {
  }

  void leave(http_exchange& x, http_response& response) const;
};

} // namespace registrar
