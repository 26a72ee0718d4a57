#include "http/middleware/cors.hpp"

#include <algorithm>

namespace registrar {

namespace {

constexpr std::string_view allowed_fields
  = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Last-Event-ID, X-Request-Id, traceparent";
constexpr std::string_view exposed_fields
  = "ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, "
    "Retry-After, WWW-Authenticate, X-Request-Id, traceparent";

} // namespace

bool cors::is_allowed(std::string_view origin) const {
  return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

refusal_response cors::enter(http_exchange& x) const {
  // A path that is not there gets its 404, a preflight or not.
  if (origins_.empty() || x.head.request.method != "OPTIONS"
      || x.head.allowed.empty() || !is_allowed(x.field("Origin"))
      || x.field("Access-Control-Request-Method").empty())
    return {};
  http_response answer;
  answer.status = 204;
  answer.headers.add("Access-Control-Allow-Methods", x.head.allowed);
  answer.headers.add("Access-Control-Allow-Headers", allowed_fields);
  answer.headers.add("Access-Control-Max-Age",
                     std::to_string(limits::preflight_age.count()));
  return answer;
}

void cors::leave(http_exchange& x, http_response& response) const {
  if (origins_.empty())
    return;
  // Also where there is no origin: a cache must not give that answer to one.
  response.headers.append("Vary", "Origin");
  auto origin = x.field("Origin");
  if (!is_allowed(origin))
    return;
  response.headers.add("Access-Control-Allow-Origin", origin);
  response.headers.add("Access-Control-Expose-Headers", exposed_fields);
}

} // namespace registrar
