#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/openapi/docs_page.hpp"
#include "http/openapi/documents.hpp"

#include <chrono>

namespace registrar {

namespace {

/// What caches may keep: both change with the version only, and must have
/// followed within an hour of its start.
constexpr auto age_max = std::chrono::hours{1};

http_response cached(std::string body, std::string_view etag) {
  auto response = ok(std::move(body));
  auto age = std::chrono::seconds{age_max}.count();
  response.headers.add("ETag", etag);
  response.headers.add("Cache-Control",
                       "public, max-age=" + std::to_string(age));
  return response;
}

} // namespace

REGISTRAR_HANDLER(handle_openapi) {
  static_cast<void>(context);
  static_cast<void>(id);
  if (takes_no_query(request, respond))
    respond(cached(std::string{openapi_document()}, openapi_tag()));
}

REGISTRAR_HANDLER(handle_docs) {
  static_cast<void>(context);
  static_cast<void>(id);
  if (!takes_no_query(request, respond))
    return;
  const auto& page = the_docs_page();
  auto response = cached(page.html, page.etag);
  response.content_type = "text/html; charset=utf-8";
  response.headers.add("Content-Security-Policy", page.content_security_policy);
  respond(std::move(response));
}

} // namespace registrar
