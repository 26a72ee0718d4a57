#include "tests/fuzz/answers.hpp"

#include "config/limits.hpp"
#include "http/problem.hpp"
#include "tests/fuzz/expect.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace registrar::fuzz {

namespace {

using nlohmann::json;

/// Statuses of requests that are refused before or by their handler.
const std::set<unsigned> refusals{400, 401, 403, 404, 405, 411, 412, 413,
                                  414, 415, 417, 422, 429, 431, 503, 505};
constexpr std::size_t detail_max = 1'000;

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool is_field_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
}

std::multimap<std::string, std::string> fields_of(std::string_view head) {
  std::multimap<std::string, std::string> result;
  while (!head.empty()) {
    auto end = head.find("\r\n");
    expect(end != std::string_view::npos, "every field ends in CR LF");
    auto line = head.substr(0, end);
    head.remove_prefix(end + 2);
    auto colon = line.find(": ");
    expect(colon != std::string_view::npos, "a field has name and value");
    auto name = line.substr(0, colon);
    expect(is_field_name(name), "a field's name is one of ours");
    expect(is_visible(line), "fields hold visible characters only");
    result.emplace(name, line.substr(colon + 2));
  }
  return result;
}

} // namespace

void expect_problem(const http_response& answer) {
  expect(refusals.count(answer.status) == 1, "a refusal has its status");
  expect(answer.content_type == "application/problem+json",
         "a refusal is a problem");
  auto body = json::parse(answer.body, nullptr, false);
  expect(body.is_object(), "a problem is a JSON object");
  expect(body["status"] == answer.status, "a problem says its status");
  for (auto name : {"type", "title", "detail", "code"})
    expect(body[name].is_string()
             && !body[name].get_ref<const std::string&>().empty(),
           "a problem has type, title, detail and code");
  expect(body["detail"].get_ref<const std::string&>().size() <= detail_max,
         "a detail is short");
  expect(answer.status != 405 || answer.headers.has("Allow"),
         "405 says what is allowed");
  expect(answer.status != 401 || answer.headers.has("WWW-Authenticate"),
         "401 has a challenge");
}

void expect_fault(const failure& why) {
  expect(why.code == ec::invalid_value, "the request is at fault");
  expect(!why.detail.empty(), "a fault says what to change");
  auto answer = problem(why);
  expect(answer.status == 400, "a fault of the request is 400");
  expect_problem(answer);
}

void expect_message(const std::string& text, const request_head& head,
                    const http_response& answer) {
  auto first = text.find("\r\n");
  auto end = text.find("\r\n\r\n");
  expect(end != std::string::npos, "an answer has an end of its header");
  expect(text.starts_with("HTTP/1.1 " + std::to_string(answer.status) + ' ')
           && is_visible(std::string_view{text}.substr(0, first)),
         "an answer begins with its status line");
  auto fields
    = fields_of(std::string_view{text}.substr(first + 2, end - first));
  auto one = [&](const char* name) {
    expect(fields.count(name) == 1, name);
    return fields.find(name)->second;
  };
  auto body = text.substr(end + 4);
  auto has_content = answer.status != 204 && answer.status != 304;
  if (has_content)
    expect(one("Content-Length") == std::to_string(answer.body.size()),
           "Content-Length is the body's");
  else
    expect(fields.count("Content-Length") == 0, "no content has no length");
  expect(body == (head.is_head ? "" : answer.body), "the body is the answer's");
  expect(one("Connection") == (head.keeps_alive ? "keep-alive" : "close"),
         "Connection says what becomes of it");
  auto id = one("X-Request-Id");
  expect(!id.empty() && id.size() <= limits::request_id_length_max,
         "the exchange has a name");
  expect(fields.count("traceparent") == 1, "the exchange has a trace");
  for (auto name : {"Allow", "ETag", "Location", "Content-Encoding",
                    "Access-Control-Allow-Origin", "Retry-After"})
    expect(fields.count(name) <= 1, "a field is there once");
}

} // namespace registrar::fuzz
