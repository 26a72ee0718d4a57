#include "http/auth/base64url.hpp"

#include <array>
#include <cstdint>

namespace registrar {

namespace {

constexpr std::string_view alphabet
  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> make_digit_values() {
  std::array<std::uint8_t, 256> result{};
  result.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    result[static_cast<unsigned char>(alphabet[i])]
      = static_cast<std::uint8_t>(i);
  return result;
}

constexpr auto digit_values = make_digit_values();

} // namespace

std::optional<std::string> decode_base64url(std::string_view text) {
  // One digit holds no whole byte.
  if (text.size() % 4 == 1)
    return std::nullopt;
  std::string result;
  result.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  auto count = 0;
  for (auto c : text) {
    auto value = digit_values[static_cast<unsigned char>(c)];
    if (value == no_digit)
      return std::nullopt;
    bits = bits << 6 | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      result += static_cast<char>(bits >> count & 0xff);
    }
  }
  if ((bits & ((1u << count) - 1)) != 0)
    return std::nullopt;
  return result;
}

} // namespace registrar
