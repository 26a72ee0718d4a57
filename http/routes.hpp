#pragma once

#include "config/settings.hpp"
#include "http/access.hpp"
#include "http/exchange.hpp"
#include "messages/service.hpp"

#include <span>
#include <string>
#include <string_view>

namespace registrar {

class middleware_chain;
struct http_exchange;
struct http_meters;
class overview_history;

/// What every handler gets.
struct http_context {
  const settings& config;
  registrar::service& service;
  middleware_chain& chain;
  http_exchange& exchange;
  http_meters& meters;
  /// What operators saw last.
  overview_history& history;

  /// Every handler of a request that is about one student asks this as soon as
  /// it knows whom, before anything else: who asks may have no right to it, or
  /// has asked too often for this student.
  /// @pre called on the thread that called the handler
  refusal_response about(const student_id& student);

  /// Names the business request for the log. @pre the same
  void works_on(const request_id& work);

  /// Whether the server will stop soon: it serves, but is not ready.
  bool is_draining() const;
};

/// @param id the `{id}` of the path as sent, or empty.
using handler = void (*)(http_context& context, const http_request& request,
                         const std::string& id, responder respond);

struct http_route {
  std::string_view method;
  /// With `{id}` for one segment.
  std::string_view pattern;
  handler handle;
  access_scope scope = access_scope::nobody;
  /// True: the body must be JSON (415 otherwise, judged before it is read).
  bool takes_json = false;
  /// True: `Cache-Control: no-store`, the answer is about a person, or never
  /// the same twice.
  bool is_personal = false;
  /// True: answered however many requests are in flight.
  bool is_probe = false;
  /// True: the first to be refused where the service has too much to carry.
  bool yields = false;
  /// True: the answer goes on until somebody ends it.
  bool is_stream = false;
  /// True: with `Accept: text/event-stream` the answer comes again and again.
  bool is_live = false;
  /// Where set: what a page answers in place of a refusal for want of a good
  /// token, under the same status. A browser's first request bears none.
  http_response (*ask_for_token)(http_response refusal) = nullptr;
};

/// Every route of the service.
std::span<const http_route> routes();

struct route_match {
  /// Null: no such path, or not this method (then `allowed` is not empty).
  const http_route* route = nullptr;
  std::string id;
  /// The methods of the path: `GET, HEAD, POST, OPTIONS`.
  std::string allowed;
};

/// HEAD is served where GET is.
route_match match_route(std::string_view method, std::string_view path);

} // namespace registrar
