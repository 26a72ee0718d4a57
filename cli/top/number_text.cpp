#include "cli/top/number_text.hpp"

#include "cli/top/text_columns.hpp"
#include "messages/timestamp.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace registrar::top {

namespace {

constexpr auto unknown_text = "-";

std::string with_digits(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string grouped(double value) {
  auto result = with_digits(value, 0);
  auto start = result.starts_with('-') ? 1u : 0u;
  for (auto at = result.size(); at > start + 3;) {
    at -= 3;
    result.insert(at, 1, ',');
  }
  return result;
}

/// Three digits, as far as they are worth it: 1.2, 12.3, 123.
std::string short_text(double value) {
  return with_digits(value, value < 100 ? 1 : 0);
}

bool is_known(maybe x) {
  return x && std::isfinite(*x);
}

struct unit {
  /// From which value on it is used.
  double from;
  double factor;
  const char* name;
};

} // namespace

std::string count_text(maybe count) {
  if (!is_known(count))
    return unknown_text;
  return *count < 1e7 ? grouped(*count) : short_text(*count / 1e6) + "M";
}

std::string rate_text(maybe rate) {
  if (!is_known(rate))
    return unknown_text;
  if (*rate < 0.05)
    return "0";
  if (*rate < 9.95)
    return with_digits(*rate, 1);
  if (*rate < 9'999.5)
    return grouped(*rate);
  return *rate < 1e6 ? short_text(*rate / 1e3) + "k"
                     : short_text(*rate / 1e6) + "M";
}

std::string span_text(maybe ms) {
  if (!is_known(ms))
    return unknown_text;
  if (*ms < 0.005)
    return "0 ms";
  if (*ms < 0.995)
    return with_digits(*ms, 2) + " ms";
  constexpr std::array<unit, 5> units{{{172'800e3, 86'400e3, " d"},
                                       {7'200e3, 3'600e3, " h"},
                                       {120e3, 60e3, " min"},
                                       {999.5, 1e3, " s"},
                                       {0, 1, " ms"}}};
  for (const auto& one : units)
    if (*ms >= one.from)
      return (one.factor >= 60e3 ? with_digits(std::floor(*ms / one.factor), 0)
                                 : short_text(*ms / one.factor))
             + one.name;
  return unknown_text;
}

std::string share_text(maybe share) {
  if (!is_known(share))
    return unknown_text;
  auto percent = *share * 100;
  if (percent < 0.05)
    return "0 %";
  return with_digits(percent, percent < 9.95 ? 1 : 0) + " %";
}

std::string bytes_text(maybe bytes) {
  if (!is_known(bytes))
    return unknown_text;
  constexpr std::array<unit, 4> units{
    {{1e9, 1e9, " GB"}, {1e6, 1e6, " MB"}, {1e3, 1e3, " kB"}, {0, 1, " B"}}};
  for (const auto& one : units)
    if (*bytes >= one.from)
      return (one.factor == 1 ? with_digits(*bytes, 0)
                              : short_text(*bytes / one.factor))
             + one.name;
  return unknown_text;
}

std::string clock_of(std::string_view at) {
  auto parsed = parse_rfc3339(at);
  return parsed ? to_rfc3339(*parsed).substr(11, 8) : cleaned(at);
}

std::string day_and_clock_of(std::string_view at) {
  auto parsed = parse_rfc3339(at);
  return parsed ? to_rfc3339(*parsed).substr(5, 5) + " " + clock_of(at)
                : cleaned(at);
}

} // namespace registrar::top
