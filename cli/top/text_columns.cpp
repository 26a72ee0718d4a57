#include "cli/top/text_columns.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace registrar::top {

namespace {

constexpr std::string_view left_out = "…";

struct decoded {
  char32_t character = 0;
  /// Bytes; a broken character is one byte.
  std::size_t size = 1;
  bool is_sound = false;
};

/// Bytes that the first one announces; 0: it starts none.
std::size_t announced(unsigned char first) {
  if (first < 0x80)
    return 1;
  if (first >= 0xc2 && first < 0xe0)
    return 2;
  if (first >= 0xe0 && first < 0xf0)
    return 3;
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

bool is_scalar(char32_t x, std::size_t size) {
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  return x >= smallest[size] && x <= 0x10ffff && (x < 0xd800 || x > 0xdfff);
}

/// @pre text is not empty.
decoded first_of(std::string_view text) {
  auto byte
    = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto size = announced(byte(0));
  if (size == 0 || size > text.size())
    return {};
  constexpr std::array<unsigned char, 5> mask{0, 0x7f, 0x1f, 0x0f, 0x07};
  auto result = static_cast<char32_t>(byte(0) & mask[size]);
  for (auto i = std::size_t{1}; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80)
      return {};
    result = result << 6 | (byte(i) & 0x3fu);
  }
  if (!is_scalar(result, size))
    return {};
  return {result, size, true};
}

using range = std::pair<char32_t, char32_t>;

template <std::size_t N>
bool is_in(const std::array<range, N>& ranges, char32_t x) {
  return std::any_of(ranges.begin(), ranges.end(), [x](const range& one) {
    return one.first <= x && x <= one.second;
  });
}

/// Controls, and what turns the direction of writing.
constexpr std::array<range, 6> steering{{{0x0000, 0x001f},
                                         {0x007f, 0x009f},
                                         {0x061c, 0x061c},
                                         {0x200e, 0x200f},
                                         {0x2028, 0x202e},
                                         {0x2066, 0x2069}}};
/// Accents and joiners that stand on the character before them.
constexpr std::array<range, 7> combining{{{0x0300, 0x036f},
                                          {0x0483, 0x0489},
                                          {0x1ab0, 0x1aff},
                                          {0x200b, 0x200d},
                                          {0x20d0, 0x20ff},
                                          {0xfe00, 0xfe0f},
                                          {0xfe20, 0xfe2f}}};
/// East Asian characters and pictures, two columns each.
constexpr std::array<range, 10> wide{{{0x1100, 0x115f},
                                      {0x2e80, 0x303e},
                                      {0x3041, 0xa4cf},
                                      {0xac00, 0xd7a3},
                                      {0xf900, 0xfaff},
                                      {0xfe30, 0xfe6f},
                                      {0xff00, 0xff60},
                                      {0xffe0, 0xffe6},
                                      {0x1f300, 0x1faff},
                                      {0x20000, 0x3fffd}}};

std::size_t columns_of(char32_t x) {
  if (is_in(combining, x))
    return 0;
  return is_in(wide, x) ? 2 : 1;
}

/// The longest beginning that fits, and its columns.
std::pair<std::size_t, std::size_t> fitting(std::string_view text,
                                            std::size_t columns) {
  auto size = std::size_t{0};
  auto used = std::size_t{0};
  while (size < text.size()) {
    auto next = first_of(text.substr(size));
    auto width = columns_of(next.character);
    if (used + width > columns)
      break;
    used += width;
    size += next.size;
  }
  return {size, used};
}

} // namespace

std::string cleaned(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    auto next = first_of(text);
    if (next.is_sound && !is_in(steering, next.character))
      result.append(text.substr(0, next.size));
    else
      result += '?';
    text.remove_prefix(next.size);
  }
  return result;
}

std::size_t columns_of(std::string_view text) {
  return fitting(text, text.size() * 2).second;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (fitting(text, columns).first == text.size())
    return std::string{text};
  if (columns == 0)
    return {};
  return std::string{text.substr(0, fitting(text, columns - 1).first)}
         + std::string{left_out};
}

std::string to_left(std::string_view text, std::size_t columns) {
  auto result = cut(text, columns);
  result.append(columns - columns_of(result), ' ');
  return result;
}

std::string to_right(std::string_view text, std::size_t columns) {
  auto result = cut(text, columns);
  return std::string(columns - columns_of(result), ' ') + result;
}

std::string without_last(std::string_view text) {
  auto size = std::size_t{0};
  for (auto at = std::size_t{0}; at < text.size();
       at += first_of(text.substr(at)).size)
    size = at;
  return std::string{text.substr(0, size)};
}

std::string utf8_of(char32_t x) {
  auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (x < 0x80)
    return {byte(x)};
  if (x < 0x800)
    return {byte(0xc0 | x >> 6), byte(0x80 | (x & 0x3f))};
  if (x < 0x10000)
    return {byte(0xe0 | x >> 12), byte(0x80 | (x >> 6 & 0x3f)),
            byte(0x80 | (x & 0x3f))};
  return {byte(0xf0 | x >> 18), byte(0x80 | (x >> 12 & 0x3f)),
          byte(0x80 | (x >> 6 & 0x3f)), byte(0x80 | (x & 0x3f))};
}

std::string to_ascii(std::string_view text) {
  constexpr std::array<std::pair<char32_t, char>, 4> similar{
    {{U'…', '~'}, {U'▼', 'v'}, {U'▲', '^'}, {U'─', '-'}}};
  std::string result;
  while (!text.empty()) {
    auto next = first_of(text);
    auto known = std::find_if(similar.begin(), similar.end(), [&](auto& x) {
      return x.first == next.character;
    });
    if (next.character < 0x80 && next.is_sound)
      result += static_cast<char>(next.character);
    else if (known != similar.end())
      result += known->second;
    else
      result.append(std::max<std::size_t>(columns_of(next.character), 1), '?');
    text.remove_prefix(next.size);
  }
  return result;
}

} // namespace registrar::top
