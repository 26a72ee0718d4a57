#pragma once

#include "cli/csv.hpp"
#include "messages/catalogue.hpp"

#include <optional>
#include <string>
#include <vector>

namespace registrar {

/// A section as a CSV file says it, its course and semester by name.
struct imported_section {
  std::size_t line = 0;
  section_id id;
  std::string semester;
  std::string course_code;
  std::string course_name;
  std::string section_number;
  std::uint32_t total_seats = 0;
  std::string meetings;
  std::string credits;
};

struct imported_student {
  std::size_t line = 0;
  student row;
};

template <class Row>
struct imported_rows {
  /// Those without a fault of their own.
  std::vector<Row> rows;
  std::vector<csv_fault> faults;
};

/// The columns of API 2; unknown ones are faults, missing ones too. An empty
/// cell is an absent value. A missing id is UUIDv5 of the names.
imported_rows<imported_section> read_sections(std::string_view text);
imported_rows<imported_student> read_students(std::string_view text);

/// Students numbered S0000001 to `count`.
std::vector<imported_student> synthetic_students(std::size_t count);

} // namespace registrar
