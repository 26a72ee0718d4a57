#include "http/response_text.hpp"

#include "http/problem.hpp"

#include <array>
#include <charconv>
#include <ctime>

namespace registrar {

namespace {

void append_number(std::string& out, std::size_t value) {
  std::array<char, 24> digits;
  auto end
    = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

/// `Date` changes once a second: each thread keeps its text.
void append_date(std::string& out) {
  thread_local std::time_t shown = 0;
  thread_local std::array<char, 40> text{};
  auto now = std::time(nullptr);
  if (now != shown) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT",
                  &parts);
    shown = now;
  }
  out += "\r\nDate: ";
  out += text.data();
}

} // namespace

bool is_chunked(const request_head& head) {
  return head.is_http_11 && !head.is_head;
}

void append_chunk(std::string& out, std::string_view text) {
  std::array<char, 24> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                           text.size(), 16)
               .ptr;
  out.append(digits.data(), end);
  out += "\r\n";
  out += text;
  out += "\r\n";
}

void append_last_chunk(std::string& out) {
  out += "0\r\n\r\n";
}

void write_response(std::string& out, const request_head& head,
                    const http_response& response) {
  out.clear();
  out += "HTTP/1.1 ";
  append_number(out, response.status);
  out += ' ';
  out += reason_phrase(response.status);
  append_date(out);
  // These have no content, and the length of none would be wrong.
  if (response.status != 204 && response.status != 304) {
    out += "\r\nContent-Type: ";
    out += response.content_type;
    if (!response.stream) {
      out += "\r\nContent-Length: ";
      append_number(out, response.body.size());
    } else if (is_chunked(head)) {
      out += "\r\nTransfer-Encoding: chunked";
    }
  }
  out += "\r\n";
  out += response.headers.text();
  out += head.keeps_alive ? "Connection: keep-alive\r\n\r\n"
                          : "Connection: close\r\n\r\n";
  if (!head.is_head)
    out += response.body;
}

} // namespace registrar
