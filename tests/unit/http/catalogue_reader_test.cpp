#include "http/catalogue_reader.hpp"
#include "tests/unit/http/says.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace registrar;
using namespace registrar::test;

namespace {

const std::string id_one = "00000000-0000-0000-0000-000000000001";

template <class Row>
std::string row_fault_of(const fallible<Row>& read) {
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ec::invalid_value);
  return read.error().detail;
}

std::string section_with(const std::string& members) {
  return R"({"course_id":")" + id_one + R"(","semester_id":")" + id_one
         + R"(","section_number":"A00")" + members + "}";
}

std::string semester_with(const std::string& members) {
  return R"({"semester_name":"s","registration_start":"2024-01-01T00:00:00Z",)"
         R"("registration_end":"2024-02-01T00:00:00Z")"
         + members + "}";
}

} // namespace

TEST_CASE("a section takes every column and has defaults for the rest") {
  auto least = read_section(section_with(R"(,"total_seats":30)"));
  REQUIRE(least);
  const auto& few = least->row;
  CHECK(few.settings.total_seats == 30);
  CHECK(few.settings.waitlist_capacity == unlimited);
  CHECK(few.settings.is_active);
  CHECK_FALSE(few.section_id.is_nil());
  auto most = read_section(
    section_with(R"(,"section_id":")" + id_one
                 + R"(","total_seats":1000000,"waitlist_capacity":0,)"
                   R"("is_active":false,"meetings":"MoWe 10:00-10:50",)"
                   R"("credits":"2.5")"));
  REQUIRE(most);
  const auto& all = most->row;
  CHECK(all.section_id.to_string() == id_one);
  CHECK(all.settings.waitlist_capacity == 0);
  CHECK_FALSE(all.settings.is_active);
  CHECK(all.meetings == "MoWe 10:00-10:50");
  CHECK(all.credits == "2.5");
}

TEST_CASE("a section's course and semester are given by id or by name") {
  auto read = [](const std::string& members) {
    return read_section(R"({"section_number":"A","total_seats":1)" + members
                        + "}");
  };
  auto named = read(R"(,"course_code":"CSE 101","semester":"2024-spring")");
  REQUIRE(named);
  CHECK(named->course_code == "CSE 101");
  CHECK(named->semester == "2024-spring");
  auto by_id = R"(,"semester":"s","course_id":")" + id_one + '"';
  CHECK(read(by_id)->row.course_id.to_string() == id_one);
  CHECK(read(by_id)->course_code.empty());
  CHECK(says(row_fault_of(read(R"(,"semester":"s")")), "course_id is missing"));
  CHECK(says(row_fault_of(read(R"(,"course_code":"C")")),
             "semester_id is missing"));
  CHECK(says(row_fault_of(read(by_id + R"(,"course_code":"C")")), "give one"));
  CHECK(
    says(row_fault_of(read(R"(,"semester":"s","course_code":"")")), "empty"));
}

TEST_CASE("seats are whole numbers from 0 to 1,000,000") {
  for (std::string wrong : {"-1", "1000001", "1.5", "1e3", "\"30\"", "null",
                            "true", "4294967296", "18446744073709551615"})
    CHECK(says(
      row_fault_of(read_section(section_with(",\"total_seats\":" + wrong))),
      "total_seats"));
  CHECK(says(row_fault_of(read_section(section_with(""))),
             "total_seats is missing"));
  CHECK(read_section(section_with(R"(,"total_seats":0)")));
}

TEST_CASE("meetings and credits are judged as import judges them") {
  auto with = [](const std::string& member) {
    return read_section(section_with(R"(,"total_seats":1,)" + member));
  };
  CHECK(
    says(row_fault_of(with(R"("meetings":"Mo 10")")), "MoWeFr 10:00-10:50"));
  CHECK(says(row_fault_of(with(R"("credits":"two")")), "2.5"));
  CHECK(with(R"("meetings":null,"credits":null)"));
}

TEST_CASE("a section's change names only what changes") {
  auto change = read_section_change(R"({"waitlist_capacity":null})");
  REQUIRE(change);
  CHECK(change->waitlist_capacity == unlimited);
  CHECK_FALSE(change->total_seats);
  CHECK_FALSE(change->is_active);
  CHECK(read_section_change(R"({"waitlist_capacity":0})")->waitlist_capacity
        == 0);
  CHECK(says(row_fault_of(read_section_change("{}")), "changes nothing"));
  CHECK(says(row_fault_of(read_section_change(R"({"total_seats":null})")),
             "total_seats"));
  CHECK(
    says(row_fault_of(read_section_change(R"({"enrolled":1})")), "enrolled"));
  CHECK(
    says(row_fault_of(read_section_change(R"({"is_active":1})")), "is_active"));
  CHECK(says(row_fault_of(read_section_change("[]")), "JSON object"));
}

TEST_CASE("a student needs a number, and a status that is known") {
  auto row = read_student(R"({"student_number":"S1"})");
  REQUIRE(row);
  CHECK(row->enrollment_status == enrollment_status::active);
  CHECK(row->email.empty());
  auto gone = read_student(
    R"({"student_number":"S1","enrollment_status":"withdrawn","email":null})");
  CHECK(gone->enrollment_status == enrollment_status::withdrawn);
  CHECK(says(row_fault_of(read_student("{}")), "student_number is missing"));
  CHECK(says(row_fault_of(read_student(R"({"student_number":""})")), "empty"));
  CHECK(says(row_fault_of(read_student(
               R"({"student_number":"S1","enrollment_status":"expelled"})")),
             "active, inactive, suspended"));
  CHECK(says(
    row_fault_of(read_student(R"({"student_number":"S1","student_id":1})")),
    "student_id"));
}

TEST_CASE("texts are bounded in characters and hold no control characters") {
  auto name = [](const std::string& text) {
    return read_course(R"({"course_code":"C","course_name":")" + text + "\"}");
  };
  std::string wide;
  for (std::size_t i = 0; i < 200; ++i)
    wide += "\xc3\xa9";
  CHECK(name(wide));
  CHECK(says(row_fault_of(name(wide + "e")), "course_name"));
  CHECK(says(row_fault_of(name("a\\u0000b")), "course_name"));
  CHECK(says(row_fault_of(name("a\\nb")), "course_name"));
}

TEST_CASE("a course is named by its code where it has no name") {
  CHECK(read_course(R"({"course_code":"CSE 101"})")->course_name == "CSE 101");
  CHECK(says(row_fault_of(read_course(R"({"course_name":"x"})")),
             "course_code is missing"));
}

TEST_CASE("a semester's times are RFC 3339 and its dates are days") {
  auto row = read_semester(semester_with(R"(,"start_date":"2024-01-08")"));
  REQUIRE(row);
  CHECK(row->start_date == "2024-01-08");
  CHECK(to_rfc3339(row->registration_start) == "2024-01-01T00:00:00.000Z");
  for (std::string wrong :
       {"\"2024-1-8\"", "\"2024-02-30\"", "3", "\"2024-01-08T00:00:00Z\""})
    CHECK(
      says(row_fault_of(read_semester(semester_with(",\"end_date\":" + wrong))),
           "end_date"));
  CHECK(
    says(row_fault_of(read_semester_change(R"({"registration_start":"soon"})")),
         "registration_start"));
}

TEST_CASE("a window must not end before it begins") {
  auto reversed = R"({"semester_name":"s",)"
                  R"("registration_start":"2024-02-01T00:00:00Z",)"
                  R"("registration_end":"2024-01-01T00:00:00Z"})";
  CHECK(says(row_fault_of(read_semester(reversed)), "registration_end"));
  auto change = R"({"registration_start":"2024-02-01T00:00:00Z",)"
                R"("registration_end":"2024-01-01T00:00:00Z"})";
  CHECK(says(row_fault_of(read_semester_change(change)), "registration_end"));
  CHECK(read_semester_change(R"({"registration_end":"2024-01-01T00:00:00Z"})"));
}
