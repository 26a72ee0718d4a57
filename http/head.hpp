#pragma once

#include "config/settings.hpp"
#include "http/exchange.hpp"
#include "http/routes.hpp"

#include <boost/beast/http/fields.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace registrar {

using header_fields = boost::beast::http::fields;

/// A request's header.
struct request_head {
  http_request request;
  /// As they came; of a header that is refused, those before the fault.
  header_fields fields;
  /// Null: there is no such path, or not with this method.
  const http_route* route = nullptr;
  /// Methods of the path, where there is no route: `GET, HEAD, POST, OPTIONS`.
  std::string allowed;
  /// The `{id}` of the path.
  std::string route_id;
  std::size_t content_length = 0;
  bool keeps_alive = true;
  bool is_http_11 = true;
  bool expects_continue = false;
  bool is_head = false;
};

enum class head_state : std::uint8_t {
  /// More bytes are needed.
  incomplete,
  whole,
  /// It does not end within its bound.
  too_large,
};

struct head_place {
  head_state state = head_state::incomplete;
  /// Of a whole one, its empty line included.
  std::size_t size = 0;
};

/// Bytes of empty lines before a request, which are allowed (RFC 9112, 2.2).
std::size_t empty_lines(std::string_view received);

/// The header at the start of what was received.
/// @param searched bytes that were there when it was last incomplete.
head_place find_head(std::string_view received, std::size_t searched);

/// Reads a whole header, from the request line to the empty line, and judges
/// what concerns the protocol (HAZARDS of the parser: what Beast lets pass and
/// must not); finds the route. After a refusal the connection goes on only
/// where `into.keeps_alive` says so: it must not where the start of the next
/// request is not known or not to be trusted.
refusal_response judge_protocol(std::string_view text, request_head& into);

/// Judges what concerns the route: path, method, type and size of the body.
/// @pre `judge_protocol` refused nothing
refusal_response judge_route(request_head& head);

/// The answer to a header that does not end within its bounds: the target or
/// the fields are too long.
http_response header_too_large(std::string_view text);

} // namespace registrar
