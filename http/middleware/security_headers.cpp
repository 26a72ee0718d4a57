#include "http/middleware/security_headers.hpp"

#include <array>
#include <utility>

namespace registrar {

namespace {

using field = std::pair<std::string_view, std::string_view>;

constexpr std::array page_fields{
  field{"Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
        "'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"},
  field{"Referrer-Policy", "no-referrer"},
  field{"Cross-Origin-Opener-Policy", "same-origin"},
  field{"Cross-Origin-Resource-Policy", "same-origin"},
};

} // namespace

void security_headers::leave(http_exchange&, http_response& response) const {
  response.headers.add("X-Content-Type-Options", "nosniff");
  if (!response.content_type.starts_with("text/html"))
    return;
  for (const auto& [name, value] : page_fields)
    if (!response.headers.has(name))
      response.headers.add(name, value);
}

} // namespace registrar
