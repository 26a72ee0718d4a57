#include "http/auth/token_issuer.hpp"

#include "config/limits.hpp"
#include "http/auth/signature.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

fallible<std::string> issue_token(const token_order& order,
                                  const std::string& secret, unix_seconds now) {
  if (order.subject.empty()
      || order.subject.size() > limits::subject_length_max)
    return {ec::invalid_value, "The subject must have 1 to "
                                 + std::to_string(limits::subject_length_max)
                                 + " bytes."};
  if (order.roles.has(role::student) && !student_id::parse(order.subject))
    return {ec::invalid_value, "The subject of a student must be the student's "
                               "id, 8-4-4-4-12 hexadecimal digits."};
  nlohmann::json claims;
  claims["sub"] = order.subject;
  claims["iat"] = now.count();
  claims["exp"] = (now + order.ttl).count();
  claims["roles"] = nlohmann::json::array();
  for (std::size_t i = 0; i < role_count; ++i)
    if (auto one = static_cast<role>(i); order.roles.has(one))
      claims["roles"].push_back(to_string(one));
  if (!order.issuer.empty())
    claims["iss"] = order.issuer;
  if (!order.audience.empty())
    claims["aud"] = order.audience;
  return sign_token(
    claims.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace),
    secret);
}

} // namespace registrar
