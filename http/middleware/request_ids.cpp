#include "http/middleware/request_ids.hpp"

#include "config/limits.hpp"
#include "messages/uuid.hpp"

#include <algorithm>

namespace registrar {

namespace {

bool is_usable(std::string_view given) {
  return !given.empty() && given.size() <= limits::request_id_length_max
         && std::all_of(given.begin(), given.end(),
                        [](char c) { return c >= 0x20 && c <= 0x7e; });
}

void give_id(http_exchange& x) {
  auto given = x.field("X-Request-Id");
  auto& id = x.head.request.request_id;
  if (is_usable(given))
    id = given;
  else
    uuid::random().append_to(id);
}

} // namespace

refusal_response request_ids::enter(http_exchange& x) {
  give_id(x);
  return {};
}

void request_ids::leave(http_exchange& x, http_response& response) {
  if (x.head.request.request_id.empty())
    give_id(x);
  response.headers.add("X-Request-Id", x.head.request.request_id);
}

} // namespace registrar
