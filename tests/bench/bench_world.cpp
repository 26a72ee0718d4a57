#include "tests/bench/bench_world.hpp"

#include <chrono>
#include <string>

namespace registrar::bench {

namespace {

uuid named(const std::string& kind, std::uint32_t number) {
  return uuid::named(uuid::url_namespace(),
                     "bench:" + kind + ":" + std::to_string(number));
}

} // namespace

section_id bench_world::section(std::uint32_t number) {
  return section_id{named("section", number)};
}

student_id bench_world::student(std::uint32_t number) {
  return student_id{named("student", number)};
}

catalogue_content bench_world::content() const {
  catalogue_content result;
  auto now = now_utc();
  semester term;
  term.semester_id = semester_id{named("semester", 0)};
  term.semester_name = "bench";
  term.registration_start = now - std::chrono::hours{1};
  term.registration_end = now + std::chrono::hours{24};
  result.semesters.push_back(term);
  course subject;
  subject.course_id = course_id{named("course", 0)};
  subject.course_code = subject.course_name = "BENCH 1";
  result.courses.push_back(subject);
  for (auto n = std::uint32_t{0}; n < sections; ++n) {
    registrar::section row;
    row.section_id = section(n);
    row.course_id = subject.course_id;
    row.semester_id = term.semester_id;
    row.section_number = std::to_string(n);
    row.settings.total_seats = students;
    result.sections.push_back(std::move(row));
  }
  for (auto n = std::uint32_t{0}; n < students; ++n) {
    registrar::student row;
    row.student_id = student(n);
    row.student_number = "B" + std::to_string(n);
    row.first_name = "Bench";
    row.last_name = std::to_string(n);
    result.students.push_back(std::move(row));
  }
  return result;
}

} // namespace registrar::bench
