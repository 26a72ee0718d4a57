#include "cli/rehearse/response_parser.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace registrar::rehearsal {

namespace {

constexpr auto head_bytes_max = std::size_t{64 * 1024};
constexpr auto status_line_min = std::string_view{"HTTP/1.1 200"}.size();

bool same_letters(std::string_view text, std::string_view lower) {
  return text.size() == lower.size()
         && std::equal(text.begin(), text.end(), lower.begin(),
                       [](char a, char b) {
                         return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
                       });
}

template <class T>
bool read_number(std::string_view text, T& into) {
  auto [end, error]
    = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc{} && end == text.data() + text.size();
}

/// What the fields say beyond the answer itself.
struct framing {
  std::optional<std::size_t> length;
  bool is_understood = true;
};

void read_field(std::string_view line, http_response& into, framing& frame) {
  auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    frame.is_understood = false;
    return;
  }
  auto name = line.substr(0, colon);
  auto value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  // The length decides first: most fields are not ours.
  switch (name.size()) {
    case 10:
      if (same_letters(name, "connection"))
        into.closes = same_letters(value, "close");
      break;
    case 11:
      if (same_letters(name, "retry-after")) {
        auto seconds = 0;
        if (read_number(value, seconds))
          into.retry_after = std::chrono::seconds{seconds};
      }
      break;
    case 14:
      if (same_letters(name, "content-length")) {
        auto length = std::size_t{0};
        frame.is_understood = frame.is_understood && read_number(value, length);
        frame.length = length;
      }
      break;
    case 17:
      if (same_letters(name, "transfer-encoding"))
        frame.is_understood = false;
      break;
    case 20:
      if (same_letters(name, "idempotency-replayed"))
        into.is_replay = value == "true";
      break;
    default: break;
  }
}

} // namespace

parse_state parse_response(std::string_view bytes, http_response& into,
                           std::size_t& used) {
  auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos)
    return bytes.size() > head_bytes_max ? parse_state::broken
                                         : parse_state::incomplete;
  auto head = bytes.substr(0, head_end + 2);
  into = {};
  auto line_end = head.find("\r\n");
  if (line_end < status_line_min || !head.starts_with("HTTP/1.")
      || !read_number(head.substr(9, 3), into.status) || into.status < 100)
    return parse_state::broken;
  framing frame;
  head.remove_prefix(line_end + 2);
  while (!head.empty()) {
    line_end = head.find("\r\n");
    read_field(head.substr(0, line_end), into, frame);
    head.remove_prefix(line_end + 2);
  }
  auto has_body
    = into.status >= 200 && into.status != 204 && into.status != 304;
  if (!frame.is_understood || (has_body && !frame.length))
    return parse_state::broken;
  auto length = has_body ? *frame.length : 0;
  if (bytes.size() - head_end - 4 < length)
    return parse_state::incomplete;
  into.body = bytes.substr(head_end + 4, length);
  used = head_end + 4 + length;
  return parse_state::complete;
}

} // namespace registrar::rehearsal
