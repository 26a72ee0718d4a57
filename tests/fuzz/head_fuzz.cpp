// The bytes of a connection: where headers are in them, what they are judged
// to be, and the whole answers to those that are refused.

#include "config/limits.hpp"
#include "http/head.hpp"
#include "http/idempotency.hpp"
#include "http/middleware/chain.hpp"
#include "http/response_text.hpp"
#include "tests/fuzz/answers.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/fuzz/plain_service.hpp"

#include <algorithm>
#include <charconv>

namespace {

using namespace registrar;
using namespace registrar::fuzz;

/// Pipelined requests that are followed.
constexpr int requests_max = 8;

settings open_to_pages() {
  settings config;
  config.access_log = false;
  config.cors_origins = {"https://portal.example.edu"};
  config.trusted_proxies = {"192.0.2.1"};
  // On, and never reached.
  config.rate_per_address = 1'000'000;
  config.rate_window = std::chrono::seconds{1};
  return config;
}

struct front {
  settings config = open_to_pages();
  plain_service service;
  http_meters meters;
  middleware_chain chain{middleware_setup{config, service, meters}};
};

/// A field's name as a lenient reader would find it: of a line however it
/// ends, without the spaces around it, in lower case.
std::string name_in(std::string_view line) {
  std::string result{line.substr(0, std::min(line.find(':'), line.size()))};
  std::erase_if(result,
                [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return result;
}

std::size_t lines_named(std::string_view text, std::string_view name) {
  std::size_t result = 0;
  text.remove_prefix(std::min(text.find('\n'), text.size()));
  while (!text.empty()) {
    text.remove_prefix(1);
    auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    result += line.find(':') != std::string_view::npos && name_in(line) == name;
    text.remove_prefix(end);
  }
  return result;
}

std::string with_escapes(std::string_view path) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  for (auto c : path) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '/' || c == '*' || std::isalnum(byte)) {
      result += c;
    } else {
      result += '%';
      result += digits[byte >> 4];
      result += digits[byte & 15];
    }
  }
  return result;
}

/// The header written again from what was read of it.
std::string rendered(const request_head& head) {
  auto text = head.request.method + ' ' + with_escapes(head.request.path);
  if (!head.request.query.empty())
    text += '?' + head.request.query;
  text += head.is_http_11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  for (const auto& field : head.fields) {
    text += field.name_string();
    text += ": ";
    text += field.value();
    text += "\r\n";
  }
  return text + "\r\n";
}

void check_round_trip(const request_head& head) {
  auto text = rendered(head);
  if (text.size() > limits::header_bytes_max)
    return;
  request_head again;
  expect(!judge_protocol(text, again), "what was read can be read again");
  expect(again.request.method == head.request.method
           && again.request.path == head.request.path
           && again.request.query == head.request.query
           && again.route == head.route && again.route_id == head.route_id
           && again.content_length == head.content_length
           && again.keeps_alive == head.keeps_alive,
         "a header has one meaning");
}

/// Of a header that is taken: no reader before or behind us may find another
/// end of the request in it.
void check_taken(std::string_view text, const request_head& head) {
  expect(lines_named(text, "transfer-encoding") == 0,
         "nothing with a Transfer-Encoding is taken");
  auto lengths = lines_named(text, "content-length");
  expect(lengths <= 1 && (lengths == 1 || head.content_length == 0),
         "there is one Content-Length at most");
  auto hosts = lines_named(text, "host");
  expect(hosts == 1 || (hosts == 0 && !head.is_http_11), "there is one Host");
  auto count = std::distance(head.fields.begin(), head.fields.end());
  expect(static_cast<std::size_t>(count) <= limits::header_fields_max,
         "fields are bounded");
  for (const auto& field : head.fields)
    for (auto c : std::string{field.value()})
      expect(c != '\r' && c != '\n' && c != '\0', "a value is one line");
  const auto& path = head.request.path;
  expect(path.starts_with('/')
           || (path == "*" && head.request.method == "OPTIONS"),
         "a path begins with a slash");
  expect(path.find('\0') == std::string::npos, "a path has no end in it");
  check_round_trip(head);
}

void check_key(const request_head& head) {
  auto key = read_key(head.request.idempotency_key, nullptr);
  if (!key) {
    expect_fault(key.error());
    return;
  }
  expect(key->size() <= limits::key_length_max
           && (!key->empty() || !head.request.idempotency_key),
         "a key is bounded");
  expect(std::all_of(key->begin(), key->end(),
                     [](char c) { return c >= 0x20 && c < 0x7f; }),
         "a key is visible");
}

/// As a connection does it, up to the answer.
void answer(front& door, http_exchange& x, http_response response) {
  door.chain.leave(x, response);
  std::string text;
  write_response(text, x.head, response);
  expect_message(text, x.head, response);
  if (response.status >= 400)
    expect_problem(response);
}

/// A body that is worth compressing.
http_response page() {
  http_response result;
  result.body = '[' + std::string(2 * limits::compressed_bytes_min, ' ') + ']';
  return result;
}

/// @return whether the connection goes on behind the body.
bool check_request(std::string_view text, std::size_t& body) {
  static front door;
  http_exchange x;
  x.address = "127.0.0.1";
  auto refusal = judge_protocol(text, x.head);
  if (!refusal) {
    check_taken(text, x.head);
    refusal = door.chain.enter(x);
  }
  if (!refusal)
    refusal = judge_route(x.head);
  if (refusal) {
    answer(door, x, std::move(*refusal));
  } else {
    expect(x.head.route != nullptr, "what is taken has a route");
    expect(x.head.content_length <= limits::body_bytes_max
             && (x.head.route->takes_json || x.head.content_length == 0),
           "a body is bounded");
    check_key(x.head);
    answer(door, x, page());
  }
  body = x.head.content_length;
  return x.head.keeps_alive;
}

/// A header is found in the same place however it arrives.
void check_arrival(std::string_view text, const head_place& whole) {
  std::size_t searched = 0;
  for (auto part : {text.size() / 3, text.size() / 2, text.size()}) {
    auto found = find_head(text.substr(0, part), searched);
    if (found.state != head_state::incomplete) {
      expect(found.state == whole.state && found.size == whole.size,
             "pieces make the same header");
      return;
    }
    searched = part;
  }
  expect(whole.state == head_state::incomplete, "pieces make a header");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view received{reinterpret_cast<const char*>(data), size};
  for (int i = 0; i < requests_max; ++i) {
    received.remove_prefix(empty_lines(received));
    auto place = find_head(received, 0);
    check_arrival(received, place);
    if (place.state == head_state::too_large)
      expect_problem(header_too_large(received));
    std::size_t body = 0;
    if (place.state != head_state::whole
        || !check_request(received.substr(0, place.size), body)
        || received.size() - place.size < body)
      return 0;
    received.remove_prefix(place.size + body);
  }
  return 0;
}
