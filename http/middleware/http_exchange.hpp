#pragma once

#include "http/head.hpp"
#include "http/middleware/in_flight_place.hpp"
#include "http/middleware/rate_limiter.hpp"
#include "http/middleware/stream_counts.hpp"
#include "http/refusal_cause.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace registrar {

/// One request from its header to its answer, as middleware sees it. Lives on
/// the thread of its connection.
struct http_exchange {
  using clock = std::chrono::steady_clock;

  /// Where the header did not come whole, only its names of the exchange are
  /// there: request id and trace.
  request_head head;
  /// Who sent it, as an IP address: the peer, or whom a trusted proxy names.
  std::string_view address;
  /// When the header was there.
  clock::time_point began{};
  /// Taken from when the request was there to when it is answered.
  in_flight_place place;
  /// Of a stream, as long as it lasts.
  stream_place streams;
  /// What the rate limits said, where there are any.
  std::optional<rate_verdict> of_address;
  std::optional<rate_verdict> of_student;
  /// The business request that it asks for; nil where it is none.
  request_id work;
  /// Who turned it away, where that is counted.
  refusal_cause refused_by = refusal_cause::none;
  /// Of the answer, once it is known.
  unsigned status = 0;
  std::size_t answer_bytes = 0;

  /// A field of the request, the first of its name; empty where there is none.
  std::string_view field(std::string_view name) const {
    return head.fields[name];
  }
};

} // namespace registrar
