#include "cli/top/table.hpp"

#include "messages/assertion.hpp"

namespace registrar::top {

screen_line row_of(std::span<const column> columns, std::vector<span> cells) {
  REGISTRAR_ASSERT(columns.size() == cells.size());
  screen_line result;
  for (auto i = std::size_t{0}; i < columns.size(); ++i) {
    const auto& one = columns[i];
    auto& cell = cells[i];
    cell.text = one.is_number ? to_right(cell.text, one.width)
                              : to_left(cell.text, one.width);
    if (i > 0)
      result.push_back({" "});
    result.push_back(std::move(cell));
  }
  return result;
}

screen_line heading_of(std::span<const column> columns) {
  std::vector<span> names;
  for (const auto& one : columns)
    names.push_back({one.name, style::heading});
  auto result = row_of(columns, std::move(names));
  for (auto& one : result)
    one.as = style::heading;
  return result;
}

style style_of_state(std::string_view state) {
  if (state == "stuck" || state == "quarantined" || state == "unreachable")
    return style::bad;
  if (state == "running")
    return style::plain;
  return state == "ended" ? style::label : style::warning;
}

} // namespace registrar::top
