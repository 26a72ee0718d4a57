#include "storage/factory.hpp"
#include "tests/contract/back_end.hpp"
#include "tests/ids_of.hpp"

namespace registrar::test {

namespace {

/// The memory model: its factory is what stays.
class memory_back_end : public back_end {
public:
  std::shared_ptr<store_factory> start() override {
    return stores_;
  }

  void die() override {
  }

private:
  std::shared_ptr<store_factory> stores_
    = open_memory_stores(suite_catalogue());
};

} // namespace

const back_end_kind& reference_back_end() {
  static const back_end_kind memory{
    "memory", [] { return std::make_unique<memory_back_end>(); }};
  return memory;
}

catalogue_content suite_catalogue() {
  catalogue_content rows;
  course math;
  math.course_id = id<course_id>(1);
  math.course_code = "MATH 1";
  rows.courses.push_back(math);
  semester fall;
  fall.semester_id = id<semester_id>(1);
  fall.semester_name = "fall";
  rows.semesters.push_back(fall);
  for (std::uint64_t i = 1; i <= sections_max; ++i) {
    section x;
    x.section_id = id<section_id>(i);
    x.course_id = math.course_id;
    x.semester_id = fall.semester_id;
    x.section_number = std::to_string(i);
    rows.sections.push_back(x);
  }
  for (std::uint64_t i = 1; i <= students_max; ++i) {
    student x;
    x.student_id = id<student_id>(i);
    x.student_number = "S" + std::to_string(i);
    rows.students.push_back(x);
  }
  return rows;
}

} // namespace registrar::test
