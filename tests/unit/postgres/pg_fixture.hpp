#pragma once

#include "storage/postgres/open.hpp"
#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <utility>

namespace registrar::test {

/// The value, or a failed test that names the failure.
template <class T>
T must_have(fallible<T> result) {
  REQUIRE_MESSAGE(bool(result), (result ? "" : result.error().detail));
  return std::move(*result);
}

/// The server under test: tests/servers/run_with.py starts it.
inline std::string server_url() {
  const auto* url = std::getenv("REGISTRAR_TEST_POSTGRES");
  REQUIRE_MESSAGE(url != nullptr, "run me by tests/servers/run_with.py");
  return url;
}

/// A database of its own, gone at the end.
class pg_database {
public:
  pg_database() : name_("test_" + uuid::random().to_string()) {
    auto admin = must_have(connection::open({server_url()}));
    must_have(admin.execute("create database \"" + name_ + "\""));
    auto url = server_url();
    options.url = url.substr(0, url.rfind('/') + 1) + name_;
  }

  pg_database(const pg_database&) = delete;
  pg_database& operator=(const pg_database&) = delete;

  ~pg_database() {
    if (auto admin = connection::open({server_url()}))
      static_cast<void>(
        admin->execute("drop database \"" + name_ + "\" with (force)"));
  }

  /// A connection beside the one under test.
  connection connect() const {
    return must_have(connection::open(options));
  }

  std::int64_t ask(const std::string& sql) const {
    auto db = connect();
    return must_have(db.query(sql)).number(0, 0);
  }

  void execute(const std::string& sql) const {
    auto db = connect();
    must_have(db.execute(sql));
  }

  const std::string& name() const {
    return name_;
  }

  postgres_options options;

private:
  std::string name_;
};

/// With the schema, some sections and students, called 1, 2, 3, ...
struct pg_sql : pg_database {
  static constexpr std::uint64_t students = 12;
  static constexpr std::uint64_t sections = 5;

  explicit pg_sql(std::uint64_t student_count = students) {
    must_have(migrate_postgres(options));
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
    for (std::uint64_t i = 1; i <= student_count; ++i) {
      student x;
      x.student_id = id<student_id>(i);
      x.student_number = "S" + std::to_string(i);
      rows.students.push_back(x);
    }
    auto catalogue = must_have(open_postgres_catalogue(options));
    must_have(catalogue->put(rows, now_utc()));
    store = must_have(open_postgres_registrations(options));
  }

  std::unique_ptr<registration_store> store;
};

/// Entries of section 1, one after the other.
struct pg_history : pg_sql {
  explicit pg_history(std::uint64_t student_count = students)
    : pg_sql(student_count) {
    auto created = next(entry_kind::section_created);
    must_have(store->apply({&created, 1}));
  }

  /// The entry that follows, of one student's registration.
  journal_entry next(entry_kind kind, std::uint64_t student = 0,
                     std::uint64_t registration = 0) {
    journal_entry entry;
    entry.kind = kind;
    entry.after.section = id<section_id>(1);
    entry.after.settings.total_seats = seats;
    entry.after.sequence = ++sequence;
    entry.at = timestamp{std::chrono::seconds{sequence}};
    if (student != 0)
      entry.student = id<student_id>(student);
    entry.registration = id<registration_id>(registration);
    entry.request = id<request_id>(sequence);
    entry.ticket = kind == entry_kind::waitlisted ? sequence : 0;
    entry.failure_reason = kind == entry_kind::withdrawn ? "why" : "";
    return entry;
  }

  ec apply(const std::vector<journal_entry>& entries) {
    auto applied = store->apply(entries);
    return applied ? ec::none : applied.error().code;
  }

  std::uint64_t cursor() {
    return must_have(store->cursors()).at(0).last_sequence;
  }

  std::uint32_t seats = 1;
  std::uint64_t sequence = 0;
};

} // namespace registrar::test
