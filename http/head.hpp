#pragma once

#include "config/settings.hpp"
#include "http/exchange.hpp"
#include "http/routes.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace registrar {

/// A request's header after the checks of protocol and route.
struct request_head {
  http_request request;
  const http_route* route = nullptr;
  /// The `{id}` of the path.
  std::string route_id;
  std::size_t content_length = 0;
  bool keeps_alive = true;
  bool expects_continue = false;
  bool is_head = false;
};

struct judged_head {
  request_head head;
  /// The answer, where the header is refused before its body is read. The
  /// connection goes on only where `head.keeps_alive` says so: it must not
  /// where the start of the next request is not known or not to be trusted.
  std::optional<http_response> fault;
};

/// Judges a whole header, from the request line to the empty line
/// (HAZARDS of the parser: what Beast lets pass and must not).
judged_head judge_head(std::string_view text);

/// The answer to a header that does not end within its bounds: the target or
/// the fields are too long.
http_response header_too_large(std::string_view text);

} // namespace registrar
