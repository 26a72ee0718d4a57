#include "http/middleware/conditional.hpp"

#include "http/entity_tag.hpp"
#include "http/middleware/compression.hpp"

#include <algorithm>

namespace registrar {

namespace {

bool is_read(const http_exchange& x, const http_response& response) {
  return response.status == 200 && !response.stream && x.head.route != nullptr
         && x.head.route->method == "GET" && !x.head.route->is_probe
         && response.headers.find("Cache-Control") != "no-store";
}

/// The tag with which the answer would be sent.
std::string tag_to_send(const http_exchange& x, const http_response& response) {
  auto tag = response.headers.find("ETag");
  return compression::will_compress(x, response) ? gzip_tag_of(tag)
                                                 : std::string{tag};
}

} // namespace

void conditional::leave(http_exchange& x, http_response& response) const {
  if (!is_read(x, response))
    return;
  auto& headers = response.headers;
  if (!headers.has("ETag"))
    headers.add("ETag", tag_of_content(response.body));
  auto [begin, end]
    = x.head.fields.equal_range(boost::beast::http::field::if_none_match);
  if (begin == end)
    return;
  auto tag = tag_to_send(x, response);
  auto has_it = std::any_of(begin, end, [&](const auto& field) {
    return names_tag(field.value(), tag);
  });
  if (!has_it)
    return;
  // What the client has may depend on what it accepted.
  if (compression::may_compress(x, response))
    headers.append("Vary", "Accept-Encoding");
  headers.set("ETag", tag);
  response.status = 304;
  response.body.clear();
  response.content_type = {};
}

} // namespace registrar
