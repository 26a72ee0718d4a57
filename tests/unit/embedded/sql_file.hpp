#pragma once

#include "storage/embedded/catalogue_store.hpp"
#include "storage/embedded/migrator.hpp"
#include "storage/embedded/registration_store.hpp"
#include "tests/ids_of.hpp"
#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <memory>

namespace registrar::test {

/// registrar.db with some sections and students, called 1, 2, 3, ...
struct sql_file {
  static constexpr std::uint64_t students = 12;
  static constexpr std::uint64_t sections = 5;

  sql_file() {
    auto db = database::open(path, database::mode::write);
    REQUIRE(db);
    REQUIRE(migrate(*db, registrar_migrations()));
    catalogue_content rows;
    course math;
    math.course_id = id<course_id>(1);
    math.course_code = "MATH 1";
    rows.courses.push_back(math);
    semester fall;
    fall.semester_id = id<semester_id>(1);
    fall.semester_name = "fall";
    rows.semesters.push_back(fall);
    for (std::uint64_t i = 1; i <= sections; ++i) {
      section x;
      x.section_id = id<section_id>(i);
      x.course_id = math.course_id;
      x.semester_id = fall.semester_id;
      x.section_number = std::to_string(i);
      rows.sections.push_back(x);
    }
    for (std::uint64_t i = 1; i <= students; ++i) {
      student x;
      x.student_id = id<student_id>(i);
      x.student_number = "S" + std::to_string(i);
      rows.students.push_back(x);
    }
    auto catalogue = embedded_catalogue_store::open(path);
    REQUIRE(catalogue);
    REQUIRE((*catalogue)->put(rows, now_utc()));
    store = std::move(*embedded_registration_store::open(path));
  }

  std::int64_t ask(std::string_view sql) {
    auto db = database::open(path, database::mode::read);
    REQUIRE(db);
    return *db->ask(sql);
  }

  temporary_directory directory;
  std::filesystem::path path = directory.path() / "registrar.db";
  std::unique_ptr<registration_store> store;
};

} // namespace registrar::test
