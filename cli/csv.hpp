#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// One fault of a file: where, and what to change.
struct csv_fault {
  std::size_t line = 0;
  std::string what;
};

struct csv_row {
  /// Of its first character, from 1.
  std::size_t line = 0;
  std::vector<std::string> cells;
  /// False where a fault concerns it: its cells are not what was meant.
  bool is_sound = true;
};

struct csv_table {
  std::vector<csv_row> rows;
  std::vector<csv_fault> faults;
};

/// Reads RFC 4180: quoted cells may hold commas, quotes (doubled) and line
/// breaks; lines end with LF or CRLF; a byte order mark and empty lines are
/// skipped; cells are UTF-8 without control characters. All faults are found in
/// one pass.
csv_table read_csv(std::string_view text);

} // namespace registrar
