#include "messages/timestamp.hpp"

#include <cstdio>

namespace registrar {

namespace {

using namespace std::chrono;

/// Reads exactly `width` digits and moves past them; -1 where there are none.
int take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width)
    return -1;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9')
      return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take_one_of(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos)
    return false;
  text.remove_prefix(1);
  return true;
}

std::optional<milliseconds> take_fraction(std::string_view& text) {
  if (!take_one_of(text, "."))
    return milliseconds{0};
  int value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3)
      value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0 || digits > 9)
    return std::nullopt;
  for (; digits < 3; ++digits)
    value *= 10;
  return milliseconds{value};
}

std::optional<minutes> take_offset(std::string_view& text) {
  if (take_one_of(text, "Zz"))
    return minutes{0};
  if (text.empty())
    return std::nullopt;
  auto sign = text.front() == '-' ? -1 : 1;
  if (!take_one_of(text, "+-"))
    return std::nullopt;
  auto h = take_digits(text, 2);
  if (h < 0 || h > 23 || !take_one_of(text, ":"))
    return std::nullopt;
  auto m = take_digits(text, 2);
  if (m < 0 || m > 59)
    return std::nullopt;
  return minutes{sign * (h * 60 + m)};
}

} // namespace

timestamp now_utc() {
  return time_point_cast<milliseconds>(system_clock::now());
}

std::string to_rfc3339(timestamp at) {
  auto day = floor<days>(at);
  year_month_day date{day};
  hh_mm_ss time{at - day};
  char text[40];
  std::snprintf(
    text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
    static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
    static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
    static_cast<int>(time.minutes().count()),
    static_cast<int>(time.seconds().count()),
    static_cast<int>(time.subseconds().count()));
  return text;
}

std::optional<timestamp> parse_rfc3339(std::string_view text) {
  auto y = take_digits(text, 4);
  if (y < 1970 || !take_one_of(text, "-"))
    return std::nullopt;
  auto mo = take_digits(text, 2);
  if (mo < 1 || !take_one_of(text, "-"))
    return std::nullopt;
  auto d = take_digits(text, 2);
  if (d < 1 || !take_one_of(text, "Tt "))
    return std::nullopt;
  auto h = take_digits(text, 2);
  if (h < 0 || h > 23 || !take_one_of(text, ":"))
    return std::nullopt;
  auto mi = take_digits(text, 2);
  if (mi < 0 || mi > 59 || !take_one_of(text, ":"))
    return std::nullopt;
  auto s = take_digits(text, 2);
  if (s < 0 || s > 59)
    return std::nullopt;
  auto fraction = take_fraction(text);
  auto offset = fraction ? take_offset(text) : std::nullopt;
  year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                      day{static_cast<unsigned>(d)}};
  if (!offset || !text.empty() || !date.ok())
    return std::nullopt;
  timestamp at = sys_days{date} + hours{h} + minutes{mi} + seconds{s}
                 + *fraction - *offset;
  // An offset can lead out of the years that can be written.
  if (at < timestamp{} || at >= sys_days{year{9999} / 12 / 31} + days{1})
    return std::nullopt;
  return at;
}

} // namespace registrar
