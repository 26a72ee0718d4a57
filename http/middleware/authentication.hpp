#pragma once

#include "http/auth/authenticator.hpp"
#include "http/middleware/middleware_list.hpp"

#include <memory>

namespace registrar {

/// Lets in who bears a token and may use the route; all others get 401 or 403
/// before their body is read. A path that does not exist is 404 for everybody:
/// the paths are no secret. Says in `request.principal` who asks. Where
/// authentication is off, everybody may everything.
class authentication {
public:
  static constexpr auto refuses_as = refusal_cause::access;

  explicit authentication(const middleware_setup& setup)
    : config_(setup.config) {
  }

  fallible<done> start();
  refusal_response enter(http_exchange& x);
  refusal_response about(http_exchange& x, const student_id& student) const;

private:
  refusal_response identify(http_exchange& x);

  const settings& config_;
  std::unique_ptr<authenticator> authenticator_;
};

} // namespace registrar
