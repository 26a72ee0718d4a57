#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace registrar::rehearsal {

/// One answer of a server, seen in the bytes it came in.
struct http_response {
  int status = 0;
  std::string_view body;
  bool closes = false;
  /// Idempotency-Replayed: true.
  bool is_replay = false;
  /// Retry-After in seconds; 0 where there is none.
  std::chrono::seconds retry_after{0};
};

enum class parse_state {
  /// `into` is filled; `used` bytes belong to it.
  complete,
  /// More bytes are needed.
  incomplete,
  /// This is no answer that we understand.
  broken,
};

/// Reads one HTTP/1.1 answer with Content-Length from the front of `bytes`.
/// Stateless: call it again with more bytes. Cheap, because it runs beside the
/// server that it measures.
parse_state parse_response(std::string_view bytes, http_response& into,
                           std::size_t& used);

} // namespace registrar::rehearsal
