#include "cli/top/screen_text.hpp"

namespace registrar::top {

namespace {

constexpr auto title_columns = std::size_t{17};

} // namespace

screen_line cut(const screen_line& line, std::size_t columns) {
  screen_line result;
  for (const auto& one : line) {
    auto part = cut(one.text, columns);
    auto is_cut = part != one.text;
    columns -= columns_of(part);
    result.push_back({std::move(part), one.as});
    if (is_cut)
      break;
  }
  return result;
}

std::string plain_text(const screen_line& line) {
  std::string result;
  for (const auto& one : line)
    result += one.text;
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

screen_line in_style(const screen_line& line, style as, std::size_t columns) {
  std::string text;
  for (const auto& one : line)
    text += one.text;
  return {{to_left(text, columns), as}};
}

figure_line::figure_line(std::string_view title, std::size_t columns)
  : columns_(columns) {
  line_.push_back({to_left(title, title_columns), style::label});
}

figure_line& figure_line::add(std::string_view name, std::string_view value,
                              style as) {
  auto is_first = line_.size() == 1;
  auto wanted = (is_first ? 0 : 2) + columns_of(value)
                + (name.empty() ? 0 : columns_of(name) + 1);
  // A figure alone on its line is cut at the screen's edge instead.
  if (!is_first && columns_of(line_) + wanted > columns_)
    return *this;
  if (!is_first)
    line_.push_back({"  "});
  if (!name.empty())
    line_.push_back({std::string{name} + " ", style::label});
  line_.push_back({std::string{value}, as});
  return *this;
}

} // namespace registrar::top
