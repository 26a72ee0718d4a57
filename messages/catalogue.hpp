#pragma once

#include "messages/ledger.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Rows of students, courses, semesters and sections (API 4), and changes to
/// them. Members are named as the columns.

namespace registrar {

enum class enrollment_status : std::uint8_t {
  active,
  inactive,
  suspended,
  graduated,
  withdrawn,
};

std::string_view to_string(enrollment_status status);
std::optional<enrollment_status> parse_enrollment_status(std::string_view text);

struct student {
  registrar::student_id student_id;
  std::string student_number;
  std::string first_name;
  std::string last_name;
  std::string email;
  registrar::enrollment_status enrollment_status
    = registrar::enrollment_status::active;
  timestamp created_at{};
  timestamp updated_at{};
  std::uint64_t version = 1;

  friend bool operator==(const student&, const student&) = default;
};

struct course {
  registrar::course_id course_id;
  std::string course_code;
  std::string course_name;
  bool is_active = true;
  timestamp created_at{};
  timestamp updated_at{};
  std::uint64_t version = 1;

  friend bool operator==(const course&, const course&) = default;
};

struct semester {
  registrar::semester_id semester_id;
  /// The name by which requests and imports say the semester: `2024-spring`.
  std::string semester_name;
  /// ISO dates, or empty where unknown.
  std::string start_date;
  std::string end_date;
  timestamp registration_start{};
  timestamp registration_end{};
  bool is_active = true;
  timestamp created_at{};
  timestamp updated_at{};
  std::uint64_t version = 1;

  friend bool operator==(const semester&, const semester&) = default;
};

struct section {
  registrar::section_id section_id;
  registrar::course_id course_id;
  registrar::semester_id semester_id;
  std::string section_number;
  /// `MoWeFr 10:00-10:50;Tu 14:00-15:20`, or empty.
  std::string meetings;
  /// Decimal text as given, or empty.
  std::string credits;
  /// As SQL has them: the truth only until the section is in the ledger.
  section_settings settings;
  /// False until SQL has the section's `section_created` entry.
  bool in_ledger = false;
  /// Counts and cursor as SQL has them.
  std::uint32_t enrolled_count = 0;
  std::uint32_t waitlisted_count = 0;
  std::uint64_t last_sequence = 0;
  timestamp created_at{};
  timestamp updated_at{};

  friend bool operator==(const section&, const section&) = default;
};

/// Everything, as read at start.
struct catalogue_content {
  std::vector<student> students;
  std::vector<course> courses;
  std::vector<semester> semesters;
  std::vector<section> sections;
};

/// A PATCH: members that are absent stay. `if_version` 0 asks nothing.
struct change_student {
  registrar::student_id student_id;
  std::optional<std::string> student_number, first_name, last_name, email;
  std::optional<registrar::enrollment_status> enrollment_status;
  std::uint64_t if_version = 0;
};

struct change_course {
  registrar::course_id course_id;
  std::optional<std::string> course_code, course_name;
  std::optional<bool> is_active;
  std::uint64_t if_version = 0;
};

struct change_semester {
  registrar::semester_id semester_id;
  std::optional<std::string> semester_name, start_date, end_date;
  std::optional<timestamp> registration_start, registration_end;
  std::optional<bool> is_active;
  std::uint64_t if_version = 0;
};

/// PATCH /sections/{id}: goes to the ledger, not to SQL.
struct change_section {
  registrar::section_id section_id;
  std::optional<std::uint32_t> total_seats;
  /// `unlimited` for JSON null.
  std::optional<std::uint32_t> waitlist_capacity;
  std::optional<bool> is_active;
  /// An operator's act; not a member of PATCH.
  std::optional<bool> is_frozen;
  /// The version part of If-Match; 0 asks nothing.
  std::uint64_t if_version = 0;
};

/// A section as GET shows it: catalogue and ledger header together.
struct section_view {
  registrar::section section;
  std::string semester_name;
  std::string course_code;
  std::string course_name;
  section_header header;
  /// From a mirror that could not be renewed.
  bool is_stale = false;
};

/// `open`, `full`, `frozen` or `inactive`: the first of inactive, frozen,
/// full that holds. A section where somebody waits is not open.
std::string_view section_status(const section_header& header);

/// GET /sections. Order: semester name, course code, section number, id.
struct list_sections {
  std::string semester;
  std::string course;
  std::optional<bool> open;
  std::vector<registrar::section_id> ids;
  std::uint32_t limit = 50;
  /// Id of the last section of the page before; nil for the first page.
  registrar::section_id after;
};

struct section_page {
  std::vector<section_view> sections;
  /// Nil where this is the last page.
  registrar::section_id next;
};

/// Pages of the other three tables, in order of their natural name.
struct list_rows {
  std::uint32_t limit = 50;
  /// Natural name of the last row of the page before; empty for the first.
  std::string after;
};

} // namespace registrar
