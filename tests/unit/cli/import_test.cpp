#include "cli/import_plan.hpp"

#include <doctest/doctest.h>

using namespace registrar;

namespace {

constexpr auto header
  = "semester,course_code,course_name,section_number,total_seats,meetings\n";

imported_rows<imported_section> sections(const std::string& rows) {
  return read_sections(header + rows);
}

import_plan planned(const std::string& rows,
                    const catalogue_content& existing = {},
                    bool updates = false) {
  import_plan plan{existing, updates, now_utc()};
  for (const auto& row : sections(rows).rows)
    plan.add("file", row);
  return plan;
}

} // namespace

TEST_CASE("a missing id is named by semester, course and number") {
  auto rows = sections("2024-fall,MATH 1,Calculus,A00,30,\n").rows;
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].id.value
        == uuid::named(uuid::url_namespace(),
                       "registrar:section:2024-fall:MATH 1:A00"));
}

TEST_CASE("all faults of a file are found, with their lines") {
  auto read = sections("f,C 1,C,A,-3,Mo 10\nf,C 1,C,B,1000001,\nf,C 1\n");
  REQUIRE(read.faults.size() == 4);
  CHECK(read.faults[0].line == 2);
  CHECK(read.faults[1].line == 2);
  CHECK(read.faults[2].line == 3);
  CHECK(read.faults[3].line == 4);
}

TEST_CASE("unknown, missing and repeated columns are refused") {
  auto read = read_sections("semester,semester,foo\nx,y,z\n");
  CHECK(read.rows.empty());
  CHECK(read.faults.size() == 7);
}

TEST_CASE("a semester that is not known is made with an open window") {
  auto plan = planned("2030-fall,C 1,C,A,3,\n");
  REQUIRE(plan.rows().semesters.size() == 1);
  const auto& made = plan.rows().semesters[0];
  CHECK(made.is_active);
  CHECK(made.registration_end - made.registration_start
        == std::chrono::hours{24 * 365});
}

TEST_CASE("the same rows twice change nothing") {
  auto first = planned("f,C 1,C,A,3,\n");
  CHECK(first.rows().sections.size() == 1);
  auto again = planned("f,C 1,C,A,3,\n", first.rows());
  CHECK(again.faults().empty());
  CHECK(again.rows().sections.empty());
  CHECK(again.rows().semesters.empty());
  CHECK(again.unchanged() == 1);
}

TEST_CASE("other values of a row are a fault unless it is an update") {
  auto first = planned("f,C 1,C,A,3,\n");
  auto other = "f,C 1,C,A,3,Mo 10:00-11:00\n";
  CHECK(planned(other, first.rows()).faults().size() == 1);
  auto update = planned(other, first.rows(), true);
  CHECK(update.faults().empty());
  REQUIRE(update.rows().sections.size() == 1);
  CHECK(update.rows().sections[0].meetings == "Mo 10:00-11:00");
}

TEST_CASE("seats of a section that the ledger holds are never touched") {
  auto there = planned("f,C 1,C,A,3,\n").rows();
  there.sections[0].in_ledger = true;
  there.sections[0].settings.total_seats = 50;
  CHECK(planned("f,C 1,C,A,3,\n", there).faults().empty());
  auto update = planned("f,C 1,C,A,3,Mo 10:00-11:00\n", there, true);
  REQUIRE(update.rows().sections.size() == 1);
  CHECK(update.rows().sections[0].settings.total_seats == 50);
}

TEST_CASE("a number or an address of another student is a fault") {
  auto read = read_students(
    "student_number,first_name,last_name,email,enrollment_status,student_id\n"
    "S1,A,A,a@x,active,\n"
    "S1,B,B,b@x,active,00000000-0000-0000-0000-000000000001\n"
    "S2,C,C,a@x,active,\n"
    "S3,D,D,,sleeping,\n");
  REQUIRE(read.faults.size() == 1);
  CHECK(read.faults[0].line == 5);
  import_plan plan{{}, false, now_utc()};
  for (const auto& row : read.rows)
    plan.add("file", row);
  CHECK(plan.faults().size() == 2);
}

TEST_CASE("synthetic students are numbered from 1") {
  auto rows = synthetic_students(3);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].row.student_number == "S0000001");
  CHECK(rows[2].row.student_id.value
        == uuid::named(uuid::url_namespace(), "registrar:student:S0000003"));
}

TEST_CASE("rows beside a faulty one are compared all the same") {
  auto read = sections("f,C 1,C,A,30,\nf,C 1,C,B,-1,\nf,C 1,C,A,31,\n");
  CHECK(read.faults.size() == 1);
  REQUIRE(read.rows.size() == 2);
  import_plan plan{{}, false, now_utc()};
  for (const auto& row : read.rows)
    plan.add("file", row);
  REQUIRE(plan.faults().size() == 1);
  CHECK(plan.faults()[0].fault.line == 4);
}

TEST_CASE("an empty file is told what it lacks") {
  auto read = read_students("");
  REQUIRE(read.faults.size() == 1);
  CHECK(read.faults[0].line == 1);
}

TEST_CASE("an update may give an address on to another student") {
  catalogue_content there;
  for (const auto& x : synthetic_students(2))
    there.students.push_back(x.row);
  there.students[0].email = "one@x";
  imported_student first{2, there.students[0]};
  imported_student second{3, there.students[1]};
  first.row.email = "";
  second.row.email = "one@x";
  import_plan plan{there, true, now_utc()};
  plan.add("file", first);
  plan.add("file", second);
  CHECK(plan.faults().empty());
  CHECK(plan.rows().students.size() == 2);
}
