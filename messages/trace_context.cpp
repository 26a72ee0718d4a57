#include "messages/trace_context.hpp"

#include "messages/uuid.hpp"

#include <algorithm>

namespace registrar {

namespace {

constexpr std::size_t version_00_size = 55;

int lower_hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  // Capitals are no traceparent.
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

template <std::size_t N>
bool read_hex(std::string_view text, std::array<std::uint8_t, N>& into) {
  for (std::size_t i = 0; i < N; ++i) {
    auto high = lower_hex_value(text[2 * i]);
    auto low = lower_hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return false;
    into[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

template <std::size_t N>
void append_hex(std::string& out, const std::array<std::uint8_t, N>& bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  for (auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

template <std::size_t N>
bool is_zero(const std::array<std::uint8_t, N>& bytes) {
  return bytes == std::array<std::uint8_t, N>{};
}

/// A version 4 uuid has 122 random bits, and is never zero.
template <std::size_t N>
std::array<std::uint8_t, N> random_bytes() {
  std::array<std::uint8_t, N> result;
  auto id = uuid::random();
  std::copy_n(id.bytes.begin(), N, result.begin());
  return result;
}

} // namespace

std::optional<trace_context> trace_context::parse(std::string_view text) {
  if (text.size() < version_00_size || text[2] != '-' || text[35] != '-'
      || text[52] != '-')
    return std::nullopt;
  trace_context result;
  std::array<std::uint8_t, 1> version;
  std::array<std::uint8_t, 1> flags;
  if (!read_hex(text.substr(0, 2), version)
      || !read_hex(text.substr(3, 32), result.trace)
      || !read_hex(text.substr(36, 16), result.span)
      || !read_hex(text.substr(53, 2), flags))
    return std::nullopt;
  auto is_longer = text.size() > version_00_size;
  if (version[0] == 0xff || (version[0] == 0 && is_longer)
      || (is_longer && text[version_00_size] != '-') || is_zero(result.trace)
      || is_zero(result.span))
    return std::nullopt;
  // What later versions mean by the other bits we do not know.
  result.flags = flags[0] & 1;
  return result;
}

trace_context trace_context::random() {
  trace_context result;
  result.trace = random_bytes<16>();
  result.span = random_bytes<8>();
  result.flags = 1;
  return result;
}

trace_context trace_context::child() const {
  auto result = *this;
  result.span = random_bytes<8>();
  return result;
}

std::string trace_context::to_string() const {
  std::string result{"00-"};
  result.reserve(version_00_size);
  append_hex(result, trace);
  result += '-';
  append_hex(result, span);
  result += '-';
  append_hex(result, std::array<std::uint8_t, 1>{flags});
  return result;
}

std::string trace_context::trace_text() const {
  std::string result;
  result.reserve(2 * trace.size());
  append_hex(result, trace);
  return result;
}

} // namespace registrar
