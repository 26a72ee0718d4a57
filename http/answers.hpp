#pragma once

#include "http/exchange.hpp"
#include "http/problem.hpp"
#include "messages/errors.hpp"
#include "messages/ledger.hpp"

#include <string>
#include <string_view>

namespace registrar {

inline http_response ok(std::string body) {
  http_response response;
  response.body = std::move(body);
  return response;
}

inline http_response created(std::string location, std::string body) {
  auto response = ok(std::move(body));
  response.status = 201;
  response.headers.add("Location", std::move(location));
  return response;
}

inline http_response bad_request(std::string_view detail) {
  return problem(400, "invalid_request", detail);
}

/// True where the request has no query; else it is refused.
inline bool takes_no_query(const http_request& request,
                           const responder& respond) {
  if (request.query.empty())
    return true;
  respond(bad_request("This path takes no query; leave it out."));
  return false;
}

/// `"<version>-<sequence>"`, with its quotes.
std::string etag_of(const section_header& header);

/// Reads the id of a path or member; failures name `what`.
template <class Id>
fallible<Id> read_id(std::string_view text, std::string_view what) {
  if (auto id = Id::parse(text))
    return *id;
  return {ec::invalid_value, std::string{what}
                               + " must be an id of 8-4-4-4-12 hexadecimal "
                                 "digits."};
}

} // namespace registrar
