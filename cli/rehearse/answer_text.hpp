#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Answers of the API, read back from JSON.

namespace registrar::rehearsal {

/// One section of an answer to register or drop.
struct seat_answer {
  section_id section;
  /// As the API says it: `enrolled`, `left_waitlist`, ...
  std::string status;
  /// Nil where there is none.
  registration_id registration;
  std::uint32_t waitlist_position = 0;
};

/// One row of a roster or a line.
struct listed_row {
  student_id student;
  registration_id registration;

  friend bool operator==(const listed_row&, const listed_row&) = default;
};

/// GET /sections/{id}.
struct section_answer {
  std::uint32_t total_seats = 0;
  std::uint32_t enrolled = 0;
  std::uint32_t waitlisted = 0;
};

fallible<std::vector<seat_answer>> read_seats(std::string_view body);
fallible<section_answer> read_section(std::string_view body);

/// `registration_id` of a waitlist's rows is nil: the API does not say it.
/// @param name `roster` or `waitlist`.
fallible<std::vector<listed_row>> read_rows(std::string_view body,
                                            const char* name);

/// A member that is text, of an object.
fallible<std::string> read_member(std::string_view body, const char* name);

} // namespace registrar::rehearsal
