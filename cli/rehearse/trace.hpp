#pragma once

#include "cli/rehearse/sequential_section.hpp"
#include "messages/errors.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// Recorded registration days, as events that can be replayed.

namespace registrar::rehearsal {

/// One observed state of a section: `time course section enrolled waitlisted
/// capacity`, separated by tabs.
struct observation {
  std::string course;
  std::string section;
  std::uint32_t enrolled = 0;
  std::uint32_t waitlisted = 0;
  std::uint32_t capacity = 0;
};

struct read_trace {
  std::vector<observation> rows;
  /// All at once: `line 3: ...`.
  std::vector<std::string> faults;
};

/// Reads the lines of a trace; a header line is skipped.
read_trace parse_trace(std::string_view text);

/// The text of a file, unpacked where its name ends in `.gz`.
fallible<std::string> read_text_file(const std::filesystem::path& path);

/// One thing to do to a section, with what must come of it.
struct trace_event {
  enum class kind : std::uint8_t { arrival, departure, capacity };

  kind what = kind::arrival;
  /// Arrival, departure: index of the student.
  std::uint32_t student = 0;
  /// Capacity: the new one.
  std::uint32_t capacity = 0;
  /// Arrival, departure: the place taken or given up, by the model.
  sequential_section::place expected = sequential_section::place::nowhere;
};

/// One section's day: where it starts, what happens, how it must end.
struct section_script {
  std::string course;
  std::string section;
  std::uint32_t capacity = 0;
  std::vector<trace_event> events;
  /// The plain sequential model after all events.
  sequential_section end{0};
};

struct trace_script {
  std::vector<section_script> sections;
  /// How many students take part; a student's index is below this.
  std::uint32_t students = 0;
};

/// Turns observations into events: each rise of enrolled or waitlisted is an
/// arrival, each fall a departure of somebody who has that place in the model,
/// or of anybody where the model has nobody there (it promotes at once what the
/// day promoted late); within a row capacity changes first, then people leave,
/// then they come. So the model holds as many people as the day did. A student
/// who left may be among those who arrive later.
/// @param students ids by index, at least `students_needed` of them.
trace_script script_of(const std::vector<observation>& rows,
                       const std::vector<student_id>& students,
                       std::uint64_t seed);

/// The most students that a script of these rows can need.
std::uint32_t students_needed(const std::vector<observation>& rows);

} // namespace registrar::rehearsal
