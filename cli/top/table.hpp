#pragma once

#include "cli/top/documents.hpp"
#include "cli/top/view_state.hpp"

#include <vector>

/// The three tables, whole: what of them is seen is the renderer's.

namespace registrar::top {

struct table_row {
  screen_line line;
  /// What there is no column for, as a sentence; shown of the selected row.
  std::string detail;
};

struct table {
  /// What is shown, of how many, in which order.
  screen_line title;
  screen_line heading;
  std::vector<table_row> rows;
  /// Instead of rows, where there are none.
  std::string nothing;
};

/// One column of a table.
struct column {
  const char* name;
  std::size_t width;
  /// Numbers stand to the right.
  bool is_number = true;
};

/// A row of cells, each in the width of its column; what is behind the last
/// column's edge is left out. @pre as many cells as columns
screen_line row_of(std::span<const column> columns, std::vector<span> cells);

/// The names, in the style of a heading.
screen_line heading_of(std::span<const column> columns);

style style_of_state(std::string_view state);

/// Those of the answer that the chosen filter and kind let through, in the
/// chosen order: also while the service gives no newer answer.
std::vector<const json*> chosen_actors(const json& actors,
                                       const view_state& state);

table actors_table(const documents& from, const view_state& state);

/// Workers first, then partitions, the one that lags most on top.
table journal_table(const documents& from, const view_state& state);

/// What waits for its row in the audit log first, then newest first.
table acts_table(const documents& from, const view_state& state);

} // namespace registrar::top
