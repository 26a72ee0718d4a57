#pragma once

#include "http/access.hpp"
#include "http/header_list.hpp"
#include "messages/trace_context.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace registrar {

class event_source;

/// A request as handlers see it: read, bounded and decoded. Stays as it is
/// until it is answered.
struct http_request {
  std::string method;
  /// Without the query, percent-decoded.
  std::string path;
  /// Behind the question mark, as sent.
  std::string query;
  std::string body;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> if_match;
  /// Where a stream was left; empty: from the start.
  std::string last_event_id;
  /// Of a page that can be live: the client wants it again and again.
  bool wants_events = false;
  /// Names the exchange: accepted from the client or made.
  std::string request_id;
  /// Names the work that this exchange is a part of.
  trace_context trace;
  /// Who asks.
  registrar::principal principal;
  /// Until when they may.
  std::chrono::system_clock::time_point may_until
    = std::chrono::system_clock::time_point::max();
};

/// What a handler answers.
struct http_response {
  unsigned status = 200;
  std::string_view content_type = "application/json";
  std::string body;
  header_list headers;
  /// Where set, the body is what this tells until it or the client ends.
  std::shared_ptr<event_source> stream;
};

/// An answer in place of the work, or nothing.
using refusal_response = std::optional<http_response>;

/// Takes the answer, once, from any thread.
using responder = std::function<void(http_response)>;

} // namespace registrar
