#include "http/head.hpp"

#include "config/limits.hpp"
#include "http/problem.hpp"
#include "http/query.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace registrar {

namespace {

namespace beast = boost::beast;
namespace beast_http = boost::beast::http;

using parsed_head = beast_http::request<beast_http::empty_body>;

constexpr std::string_view head_end = "\r\n\r\n";

/// A check of one concern; empty where it finds nothing.
struct finding {
  http_response response;
  bool closes = false;
};

using maybe_finding = std::optional<finding>;

finding fault(unsigned status, std::string_view code, std::string_view detail,
              bool closes = false) {
  return {problem(status, code, detail), closes};
}

std::size_t count_of(const header_fields& fields, beast_http::field name) {
  auto [begin, end] = fields.equal_range(name);
  return static_cast<std::size_t>(std::distance(begin, end));
}

// What the parser finds itself must read like what we find.

finding transfer_encoding_fault() {
  return fault(411, "length_required",
               "Transfer-Encoding is not served; send the body with a "
               "Content-Length.",
               true);
}

finding content_length_fault() {
  return fault(400, "invalid_content_length",
               "Content-Length must be there once, as a decimal number.", true);
}

finding version_fault() {
  return fault(505, "version_not_supported",
               "This server speaks HTTP/1.1 and HTTP/1.0.", true);
}

// -- what concerns the protocol, in the order of `protocol_checks` ------------

maybe_finding check_version(const parsed_head& fields, request_head&) {
  if (fields.version() == 10 || fields.version() == 11)
    return {};
  return version_fault();
}

maybe_finding check_field_count(const parsed_head& fields, request_head&) {
  auto count
    = static_cast<std::size_t>(std::distance(fields.begin(), fields.end()));
  if (count <= limits::header_fields_max)
    return {};
  return fault(431, "too_many_fields",
               "The request has more than "
                 + std::to_string(limits::header_fields_max)
                 + " header fields; send fewer.",
               true);
}

maybe_finding check_host(const parsed_head& fields, request_head&) {
  auto count = count_of(fields, beast_http::field::host);
  if (count == 1 || (count == 0 && fields.version() == 10))
    return {};
  return fault(400, "invalid_host",
               "A request must have exactly one Host field.", true);
}

maybe_finding check_transfer_encoding(const parsed_head& fields,
                                      request_head&) {
  if (count_of(fields, beast_http::field::transfer_encoding) == 0)
    return {};
  return transfer_encoding_fault();
}

maybe_finding check_content_length(const parsed_head& fields,
                                   request_head& head) {
  auto count = count_of(fields, beast_http::field::content_length);
  if (count == 0)
    return {};
  auto text = fields[beast_http::field::content_length];
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(),
                                      head.content_length);
  if (count == 1 && error == std::errc{} && end == text.data() + text.size())
    return {};
  return content_length_fault();
}

/// `http://host/path` means `/path` here (RFC 9112, 3.2.2).
std::string_view without_authority(std::string_view target) {
  static constexpr std::string_view scheme = "http://";
  if (!beast::iequals(target.substr(0, scheme.size()), scheme))
    return target;
  auto path = target.find('/', scheme.size());
  return path == std::string_view::npos ? "/" : target.substr(path);
}

maybe_finding check_target(const parsed_head& fields, request_head& head) {
  auto target = without_authority(fields.target());
  // OPTIONS asks about the whole server so (RFC 9110, 9.3.7).
  if (target == "*" && head.request.method == "OPTIONS") {
    head.request.path = target;
    return {};
  }
  if (target.empty() || target.front() != '/')
    return fault(400, "invalid_target",
                 "The request target must be a path that starts with /.", true);
  auto mark = std::min(target.find('?'), target.size());
  auto raw = target.substr(0, mark);
  auto path = percent_decode(raw, false);
  if (!path)
    return fault(400, "invalid_target",
                 "The path holds a broken percent escape; encode % as %25.");
  // A slash that is data would change what the path names.
  if (std::count(path->begin(), path->end(), '/')
      != std::count(raw.begin(), raw.end(), '/'))
    return fault(400, "invalid_target",
                 "The path holds an encoded slash; no path here has one.");
  head.request.path = std::move(*path);
  head.request.query = target.substr(std::min(mark + 1, target.size()));
  return {};
}

// -- what concerns the route, in the order of `route_checks` ------------------

maybe_finding check_route(request_head& head) {
  if (head.route != nullptr)
    return {};
  if (head.allowed.empty())
    return fault(404, "not_found",
                 "There is nothing at this path; the interface starts at "
                 "/api/v1/.");
  if (head.request.method == "OPTIONS") {
    finding answer;
    answer.response.status = 204;
    answer.response.headers.add("Allow", head.allowed);
    return answer;
  }
  auto answer
    = fault(405, "method_not_allowed", "This path takes " + head.allowed + ".");
  answer.response.headers.add("Allow", head.allowed);
  return answer;
}

bool is_json(std::string_view type) {
  auto end = std::min(type.find(';'), type.size());
  auto name = type.substr(0, end);
  while (!name.empty() && name.back() == ' ')
    name.remove_suffix(1);
  return beast::iequals({name.data(), name.size()}, "application/json");
}

maybe_finding check_content_type(request_head& head) {
  const auto& fields = head.fields;
  if (!head.route->takes_json)
    return {};
  if (count_of(fields, beast_http::field::content_type) == 1
      && is_json(fields[beast_http::field::content_type]))
    return {};
  return fault(415, "unsupported_media_type",
               "Send the body as Content-Type: application/json.");
}

maybe_finding check_body_size(request_head& head) {
  if (head.content_length > limits::body_bytes_max)
    return fault(413, "body_too_large",
                 "The body may have at most "
                   + std::to_string(limits::body_bytes_max) + " bytes.",
                 true);
  if (!head.route->takes_json && head.content_length > 0)
    return fault(400, "unexpected_body",
                 "This request takes no body; leave it out.", true);
  return {};
}

maybe_finding check_expectation(request_head& head) {
  const auto& fields = head.fields;
  auto expected = fields[beast_http::field::expect];
  if (expected.empty())
    return {};
  if (!beast::iequals(expected, "100-continue"))
    return fault(417, "expectation_failed",
                 "Only Expect: 100-continue is served.");
  head.expects_continue = head.is_http_11;
  return {};
}

maybe_finding check_if_match(request_head& head) {
  const auto& fields = head.fields;
  auto count = count_of(fields, beast_http::field::if_match);
  if (count > 1)
    return fault(400, "invalid_request",
                 "If-Match is there twice; say it once.");
  if (count == 1)
    head.request.if_match = std::string{fields[beast_http::field::if_match]};
  return {};
}

maybe_finding check_key(request_head& head) {
  const auto& fields = head.fields;
  auto [begin, end] = fields.equal_range("Idempotency-Key");
  if (begin == end)
    return {};
  if (std::distance(begin, end) > 1)
    return fault(400, "invalid_request",
                 "Idempotency-Key is there twice; say it once.");
  head.request.idempotency_key = std::string{begin->value()};
  return {};
}

maybe_finding check_last_event_id(request_head& head) {
  auto [begin, end] = head.fields.equal_range("Last-Event-ID");
  if (begin == end)
    return {};
  if (std::distance(begin, end) > 1)
    return fault(400, "invalid_request",
                 "Last-Event-ID is there twice; say it once.");
  head.request.last_event_id = begin->value();
  return {};
}

/// Only who asks for events gets them: a page is JSON otherwise.
maybe_finding check_accept(request_head& head) {
  if (!head.route->is_live)
    return {};
  auto [begin, end]
    = head.fields.equal_range(boost::beast::http::field::accept);
  head.request.wants_events = std::any_of(begin, end, [](const auto& field) {
    return field.value().find("text/event-stream") != std::string_view::npos;
  });
  return {};
}

/// What changes something is asked for in its body alone.
maybe_finding check_query(request_head& head) {
  if (!head.route->takes_json || head.request.query.empty())
    return {};
  return fault(400, "invalid_request",
               "This request takes no query; leave it out.");
}

constexpr std::array protocol_checks{
  check_version,           check_field_count,    check_host,
  check_transfer_encoding, check_content_length, check_target,
};

constexpr std::array route_checks{
  check_route,       check_content_type,  check_body_size,
  check_expectation, check_query,         check_if_match,
  check_key,         check_last_event_id, check_accept,
};

/// A field line that starts with white space continues the one before; parsers
/// disagree on what it means.
bool has_folded_line(std::string_view text) {
  return text.find("\r\n ") != std::string_view::npos
         || text.find("\r\n\t") != std::string_view::npos;
}

finding parse_fault(const beast::error_code& error, const parsed_head& fields) {
  if (error == beast_http::error::bad_version)
    return version_fault();
  if (error == beast_http::error::bad_transfer_encoding
      || count_of(fields, beast_http::field::transfer_encoding) > 0)
    return transfer_encoding_fault();
  if (error == beast_http::error::bad_content_length
      || error == beast_http::error::multiple_content_length)
    return content_length_fault();
  return fault(400, "invalid_header",
               "The request header is not HTTP: " + error.message() + ".",
               true);
}

} // namespace

std::size_t empty_lines(std::string_view received) {
  return std::min(received.find_first_not_of("\r\n"), received.size());
}

head_place find_head(std::string_view received, std::size_t searched) {
  auto from = searched > head_end.size() ? searched - head_end.size() : 0;
  auto end = received.find(head_end, from);
  if (end != std::string_view::npos
      && end + head_end.size() <= limits::header_bytes_max)
    return {head_state::whole, end + head_end.size()};
  if (received.size() >= limits::header_bytes_max)
    return {head_state::too_large, 0};
  return {};
}

http_response header_too_large(std::string_view text) {
  if (text.find('\n') == std::string_view::npos)
    return problem(414, "target_too_long",
                   "The request target is too long; request line and fields "
                   "may have at most "
                     + std::to_string(limits::header_bytes_max) + " bytes.");
  return problem(431, "header_too_large",
                 "The request line and header fields may have at most "
                   + std::to_string(limits::header_bytes_max) + " bytes.");
}

refusal_response judge_protocol(std::string_view text, request_head& into) {
  auto refuse = [&](finding why) {
    into.keeps_alive = into.keeps_alive && !why.closes;
    return std::move(why.response);
  };
  if (has_folded_line(text))
    return refuse(fault(400, "folded_field",
                        "A header field is folded over two lines; send it in "
                        "one.",
                        true));
  beast_http::request_parser<beast_http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits::header_bytes_max));
  parser.body_limit(boost::none);
  beast::error_code error;
  parser.put(boost::asio::buffer(text.data(), text.size()), error);
  auto& fields = parser.get();
  if (error && error != beast_http::error::need_more)
    return refuse(parse_fault(error, fields));
  into.request.method = std::string{fields.method_string()};
  into.is_head = into.request.method == "HEAD";
  into.is_http_11 = fields.version() == 11;
  into.keeps_alive = fields.keep_alive();
  std::optional<finding> why;
  for (auto check : protocol_checks)
    if (why = check(fields, into); why)
      break;
  into.fields = std::move(static_cast<header_fields&>(fields));
  if (why)
    return refuse(std::move(*why));
  auto match = match_route(into.request.method, into.request.path);
  into.route = match.route;
  into.route_id = std::move(match.id);
  into.allowed = std::move(match.allowed);
  return {};
}

refusal_response judge_route(request_head& head) {
  for (auto check : route_checks)
    if (auto why = check(head)) {
      head.keeps_alive = head.keeps_alive && !why->closes;
      return std::move(why->response);
    }
  return {};
}

} // namespace registrar
