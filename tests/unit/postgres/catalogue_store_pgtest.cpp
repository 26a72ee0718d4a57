#include "tests/unit/postgres/pg_fixture.hpp"

using namespace registrar;
using registrar::test::id;
using registrar::test::must_have;
using registrar::test::pg_database;

namespace {

const timestamp at{std::chrono::milliseconds{1'700'000'000'000}};
const timestamp later = at + std::chrono::seconds{1};

student student_of(std::uint64_t number, std::string email = "") {
  student row;
  row.student_id = id<student_id>(number);
  row.student_number = "S" + std::to_string(number);
  row.first_name = "Ada";
  row.email = std::move(email);
  return row;
}

/// One course, one semester, one section.
struct catalogue_database : pg_database {
  catalogue_database() {
    must_have(migrate_postgres(options));
    store = must_have(open_postgres_catalogue(options));
    math.course_id = id<course_id>(1);
    math.course_code = "MATH 1";
    fall.semester_id = id<semester_id>(1);
    fall.semester_name = "fall";
    fall.registration_start = at;
    fall.registration_end = later;
    first.section_id = id<section_id>(1);
    first.course_id = math.course_id;
    first.semester_id = fall.semester_id;
    first.section_number = "A";
    first.credits = "2.5";
    first.settings.total_seats = 30;
    first.settings.waitlist_capacity = 5;
    REQUIRE(store->insert(math, at));
    REQUIRE(store->insert(fall, at));
    REQUIRE(store->insert(first, at));
  }

  std::unique_ptr<catalogue_store> store;
  course math;
  semester fall;
  section first;
};

} // namespace

TEST_CASE_FIXTURE(catalogue_database, "rows come back as they went in") {
  auto ada = student_of(1, "ada@x");
  REQUIRE(*store->insert(ada, at) == [&] {
    auto row = ada;
    row.created_at = row.updated_at = at;
    return row;
  }());
  auto all = store->load();
  REQUIRE(all);
  ada.created_at = ada.updated_at = at;
  CHECK(all->students == std::vector{ada});
  math.created_at = math.updated_at = at;
  CHECK(all->courses == std::vector{math});
  fall.created_at = fall.updated_at = at;
  CHECK(all->semesters == std::vector{fall});
  first.created_at = first.updated_at = at;
  CHECK(all->sections == std::vector{first});
}

TEST_CASE_FIXTURE(catalogue_database,
                  "a value that is taken is named by column") {
  auto refused_as = [](const auto& result) {
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ec::conflict);
    return result.error().detail;
  };
  REQUIRE(store->insert(student_of(1, "ada@x"), at));
  REQUIRE(store->insert(student_of(2), at));
  auto namesake = student_of(3);
  namesake.student_id = id<student_id>(1);
  CHECK(refused_as(store->insert(namesake, at)) == "student_id is taken.");
  CHECK(refused_as(store->insert(student_of(3, "ada@x"), at))
        == "email is taken.");
  change_student change;
  change.student_id = id<student_id>(2);
  change.student_number = "S1";
  CHECK(refused_as(store->change(change, at)) == "student_number is taken.");
  auto twin = first;
  twin.section_id = id<section_id>(2);
  CHECK(refused_as(store->insert(twin, at))
        == "semester_id, course_id and section_number are taken together.");
}

TEST_CASE_FIXTURE(catalogue_database,
                  "students without an address do not clash") {
  CHECK(store->insert(student_of(1), at));
  CHECK(store->insert(student_of(2), at));
}

TEST_CASE_FIXTURE(catalogue_database,
                  "a row that is referred to must be there") {
  auto stray = first;
  stray.section_id = id<section_id>(2);
  stray.course_id = id<course_id>(9);
  auto refused = store->insert(stray, at);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::not_found);
  CHECK(refused.error().detail.find(stray.course_id.to_string())
        != std::string::npos);
  change_student change;
  change.student_id = id<student_id>(9);
  CHECK(store->change(change, at).error().code == ec::not_found);
}

TEST_CASE_FIXTURE(catalogue_database,
                  "a change asks for the version it knows") {
  change_course change;
  change.course_id = math.course_id;
  change.course_name = "Calculus";
  change.if_version = 1;
  auto changed = store->change(change, later);
  REQUIRE(changed);
  CHECK(changed->version == 2);
  CHECK(changed->course_name == "Calculus");
  CHECK(changed->course_code == "MATH 1");
  CHECK(changed->updated_at == later);
  CHECK(store->load()->courses == std::vector{*changed});
  CHECK(store->change(change, later).error().code == ec::version_mismatch);
}

TEST_CASE_FIXTURE(catalogue_database,
                  "many rows go in together or not at all") {
  catalogue_content rows;
  rows.students = {student_of(1, "ada@x"), student_of(2, "ada@x")};
  auto refused = store->put(rows, at);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail == "email is taken.");
  CHECK(store->load()->students.empty());
  rows.students[1].email = "";
  REQUIRE(store->put(rows, at));
  CHECK(store->load()->students.size() == 2);
}

TEST_CASE_FIXTURE(catalogue_database,
                  "replacing a section keeps the ledger's own") {
  catalogue_content rows;
  auto other = first;
  other.meetings = "Mo 10:00-11:00";
  other.settings.total_seats = 1;
  other.settings.version = 7;
  other.in_ledger = true;
  rows.sections = {other};
  REQUIRE(store->put(rows, later));
  auto now = store->load()->sections.at(0);
  CHECK(now.meetings == "Mo 10:00-11:00");
  CHECK(now.settings == first.settings);
  CHECK_FALSE(now.in_ledger);
  CHECK(now.created_at == at);
}

TEST_CASE_FIXTURE(catalogue_database, "what cannot be kept is said so") {
  auto bad = fall;
  bad.semester_id = id<semester_id>(2);
  bad.semester_name = "spring";
  bad.start_date = "2026-02-30";
  CHECK(store->insert(bad, at).error().code == ec::invalid_value);
  auto ada = student_of(1);
  ada.last_name = std::string{"a\0b", 3};
  CHECK(store->insert(ada, at).error().code == ec::invalid_value);
  ada.last_name = "\xff";
  CHECK(store->insert(ada, at).error().code == ec::invalid_value);
  bad.start_date = "2026-02-28";
  REQUIRE(store->insert(bad, at));
  CHECK(store->load()->semesters.size() == 2);
}

TEST_CASE_FIXTURE(catalogue_database, "an import may be large, and say a row "
                                      "twice") {
  catalogue_content rows;
  for (std::uint64_t i = 1; i <= 12'000; ++i)
    rows.students.push_back(student_of(i));
  auto again = student_of(7);
  again.first_name = "Grace \"\\, NULL";
  rows.students.push_back(again);
  REQUIRE(store->put(rows, at));
  auto all = store->load();
  REQUIRE(all);
  CHECK(all->students.size() == 12'000);
  for (const auto& row : all->students)
    if (row.student_id == again.student_id)
      CHECK(row.first_name == again.first_name);
}
