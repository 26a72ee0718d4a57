#pragma once

#include "cli/top/text_columns.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A screen as text with meanings, which a terminal shows as it can.

namespace registrar::top {

struct screen_size {
  std::size_t lines = 24;
  std::size_t columns = 80;

  friend bool operator==(const screen_size&, const screen_size&) = default;
};

/// What a piece of text is. No meaning is told by its looks alone.
enum class style : std::uint8_t {
  plain,
  /// Names of figures.
  label,
  /// What the eye should find first.
  strong,
  good,
  warning,
  bad,
  /// No longer true.
  old,
  /// Heads of columns.
  heading,
  /// The row that keys act on.
  selected,
};

struct span {
  std::string text;
  style as = style::plain;
};

using screen_line = std::vector<span>;

inline std::size_t columns_of(const screen_line& line) {
  auto result = std::size_t{0};
  for (const auto& one : line)
    result += columns_of(one.text);
  return result;
}

/// In at most `columns`.
screen_line cut(const screen_line& line, std::size_t columns);

/// Without styles, without spaces at the end.
std::string plain_text(const screen_line& line);

/// `line` in one style, up to the last column.
screen_line in_style(const screen_line& line, style as, std::size_t columns);

/// A line of figures: name, then value, two spaces between the pairs. Figures
/// that do not fit any more are left out whole.
class figure_line {
public:
  /// @param title what the line is about; all titles take the same columns.
  figure_line(std::string_view title, std::size_t columns);

  figure_line& add(std::string_view name, std::string_view value,
                   style as = style::plain);

  screen_line take() {
    return std::move(line_);
  }

private:
  std::size_t columns_;
  screen_line line_;
};

} // namespace registrar::top
