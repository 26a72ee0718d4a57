#include "messages/section_values.hpp"

#include <algorithm>
#include <array>

namespace registrar {

namespace {

bool take_digits(std::string_view& text, int& value) {
  if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0'
      || text[1] > '9')
    return false;
  value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return true;
}

bool take(std::string_view& text, std::string_view token) {
  if (text.substr(0, token.size()) != token)
    return false;
  text.remove_prefix(token.size());
  return true;
}

/// Minutes since midnight, or -1.
int take_clock(std::string_view& text) {
  int hours = 0;
  int minutes = 0;
  if (!take_digits(text, hours) || !take(text, ":")
      || !take_digits(text, minutes) || hours > 23 || minutes > 59)
    return -1;
  return hours * 60 + minutes;
}

bool is_meeting(std::string_view text) {
  static constexpr std::array<std::string_view, 7> days{"Mo", "Tu", "We", "Th",
                                                        "Fr", "Sa", "Su"};
  std::size_t count = 0;
  while (std::any_of(days.begin(), days.end(),
                     [&](std::string_view day) { return take(text, day); }))
    ++count;
  if (count == 0 || !take(text, " "))
    return false;
  auto begins = take_clock(text);
  if (begins < 0 || !take(text, "-"))
    return false;
  auto ends = take_clock(text);
  return ends > begins && text.empty();
}

} // namespace

bool is_meetings(std::string_view text) {
  while (!text.empty()) {
    auto end = std::min(text.find(';'), text.size());
    if (!is_meeting(text.substr(0, end)) || end + 1 == text.size())
      return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

bool is_decimal(std::string_view text) {
  auto point = std::min(text.find('.'), text.size());
  auto whole = text.substr(0, point);
  auto fraction = text.substr(std::min(point + 1, text.size()));
  auto digits = [](std::string_view x) {
    return !x.empty() && x.size() <= 6
           && x.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return digits(whole) && (point == text.size() || digits(fraction));
}

} // namespace registrar
