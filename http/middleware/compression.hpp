#pragma once

#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Whether `Accept-Encoding` prefers gzip to no encoding (RFC 9110, 12.5.3).
bool prefers_gzip(std::string_view accept_encoding);

/// The content as a gzip file.
std::string gzip(std::string_view content);

/// Compresses large answers for clients that want it. Not what is about a
/// person: where a secret and what an attacker can choose are compressed
/// together, the length tells of the secret (BREACH); what is public has none,
/// and is what is large.
class compression {
public:
  explicit compression(const middleware_setup&) {
  }

  void leave(http_exchange& x, http_response& response) const;

  /// Whether the answer depends on `Accept-Encoding`.
  static bool may_compress(const http_exchange& x,
                           const http_response& response);

  /// Whether `leave` will compress it.
  static bool will_compress(const http_exchange& x,
                            const http_response& response);
};

} // namespace registrar
