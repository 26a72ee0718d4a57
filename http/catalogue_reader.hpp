#pragma once

#include "messages/catalogue.hpp"

#include <string>
#include <string_view>

/// Bodies of POST and PATCH on the catalogue: members are the columns of API 4.
/// Failures say which member is wrong and what it must be. An id that is not
/// given is drawn at random.

namespace registrar {

/// A section to create; its semester and course by id or by name.
struct new_section {
  section row;
  /// Empty where `row.semester_id` was given.
  std::string semester;
  /// Empty where `row.course_id` was given.
  std::string course_code;
};

fallible<new_section> read_section(std::string_view body);
fallible<student> read_student(std::string_view body);
fallible<course> read_course(std::string_view body);
fallible<semester> read_semester(std::string_view body);

/// At least one member must be there.
fallible<change_section> read_section_change(std::string_view body);
fallible<change_student> read_student_change(std::string_view body);
fallible<change_course> read_course_change(std::string_view body);
fallible<change_semester> read_semester_change(std::string_view body);

} // namespace registrar
