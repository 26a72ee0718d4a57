#include "http/problem.hpp"

#include "messages/json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

struct meaning {
  unsigned status;
  std::string_view code;
};

meaning meaning_of(ec code) {
  switch (code) {
    case ec::not_found: return {404, "not_found"};
    case ec::conflict: return {409, "conflict"};
    case ec::version_mismatch: return {412, "version_mismatch"};
    case ec::invalid_value: return {400, "invalid_request"};
    case ec::overloaded: return {503, "overloaded"};
    case ec::ledger_lost: return {503, "ledger_lost"};
    case ec::ledger_behind: return {503, "ledger_behind"};
    default: return {503, "dependency_unavailable"};
  }
}

/// From 1 to 4 s: callers that were turned away together do not come back
/// together.
std::string varying_retry_after() {
  thread_local std::minstd_rand chance{std::random_device{}()};
  return std::to_string(1 + chance() % 4);
}

http_response from_json(unsigned status, const json& body) {
  http_response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  if (status == 503)
    response.headers.add("Retry-After", varying_retry_after());
  return response;
}

json body_of(unsigned status, std::string_view code, std::string_view detail) {
  std::string kebab{code};
  std::replace(kebab.begin(), kebab.end(), '_', '-');
  json x;
  x["type"] = "urn:registrar:problem:" + kebab;
  x["title"] = reason_phrase(status);
  x["status"] = status;
  x["detail"] = detail;
  x["code"] = code;
  return x;
}

} // namespace

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Internal Server Error";
  }
}

http_response problem(unsigned status, std::string_view code,
                      std::string_view detail) {
  return from_json(status, body_of(status, code, detail));
}

http_response problem(unsigned status, std::string_view code,
                      std::string_view detail, const json& members) {
  auto body = body_of(status, code, detail);
  body.update(members);
  return from_json(status, body);
}

http_response problem(const failure& why) {
  auto [status, code] = meaning_of(why.code);
  auto detail = why.detail;
  if (why.code == ec::in_doubt)
    detail += " It may or may not have taken effect: ask again with the same "
              "Idempotency-Key.";
  return problem(status, code, detail);
}

http_response section_problem(const failure& why) {
  if (why.code == ec::not_found)
    return problem(404, "section_not_found", why.detail);
  return problem(why);
}

http_response problem(const registration_reply& reply) {
  if (reply.refused == request_refusal::student_not_found)
    return problem(404, "student_not_found",
                   "There is no student with the id "
                     + reply.student.to_string() + "; check student_id.");
  if (reply.refused == request_refusal::student_inactive)
    return problem(403, "student_inactive",
                   "The student is not active and cannot register; ask the "
                   "registrar's office about the enrolment status.");
  auto [status, code] = meaning_of(reply.error.code);
  // A section that is not there is a result, not the whole answer.
  if (status != 503)
    status = 503, code = "dependency_unavailable";
  auto body = body_of(status, code,
                      reply.error.detail
                        + " Ask again with the same Idempotency-Key; what is "
                          "decided stays decided.");
  body["request_id"] = reply.request.to_string();
  if (!reply.results.empty())
    body["results"] = json::parse(decided_results_to_json(reply));
  return from_json(status, body);
}

// Challenges as RFC 6750, 3 writes them.

http_response unauthenticated() {
  auto response = problem(401, "unauthenticated",
                          "Send a token as Authorization: Bearer TOKEN.");
  response.headers.add("WWW-Authenticate", R"(Bearer realm="registrar")");
  return response;
}

http_response invalid_token(std::string_view detail) {
  auto response = problem(401, "invalid_token", detail);
  response.headers.add(
    "WWW-Authenticate",
    R"(Bearer realm="registrar", error="invalid_token", error_description=")"
      + std::string{detail} + '"');
  return response;
}

http_response forbidden(std::string_view detail) {
  auto response = problem(403, "forbidden", detail);
  response.headers.add(
    "WWW-Authenticate",
    R"(Bearer realm="registrar", error="insufficient_scope")");
  return response;
}

http_response key_in_flight(std::chrono::milliseconds retry_after) {
  auto response = problem(409, "key_in_flight",
                          "A request with this Idempotency-Key is being worked "
                          "on; ask again after the time in Retry-After.");
  auto seconds = std::clamp<long>(retry_after.count() / 1000 + 1, 1, 60);
  response.headers.add("Retry-After", std::to_string(seconds));
  return response;
}

} // namespace registrar
