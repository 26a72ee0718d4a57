#include "messages/json.hpp"

#include "tests/ids_of.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace registrar;
using namespace std::chrono_literals;
using json = nlohmann::ordered_json;
using registrar::test::id;

namespace {

constexpr timestamp some_time{1'700'000'000'000ms};
constexpr auto some_time_text = "2023-11-14T22:13:20.000Z";

section_view small_section() {
  section_view view;
  view.section.section_id = id<section_id>(1);
  view.section.section_number = "A00";
  view.semester_name = "SP24";
  view.course_code = "CSE 8A";
  view.course_name = "Programming";
  view.header.section = view.section.section_id;
  view.header.settings.total_seats = 30;
  view.header.settings.version = 4;
  view.header.enrolled = 28;
  return view;
}

std::vector<std::string> members_of(const json& object) {
  std::vector<std::string> result;
  for (const auto& [name, value] : object.items())
    result.push_back(name);
  return result;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a section has the members of the API, in its order") {
  auto body = json::parse(to_json(small_section()));
  CHECK(members_of(body)
        == names{"section_id", "semester", "course_code", "course_name",
                 "section_number", "total_seats", "enrolled", "available_seats",
                 "waitlisted", "waitlist_capacity", "status", "version"});
  CHECK(body["semester"] == "SP24");
  CHECK(body["available_seats"] == 2);
  CHECK(body["waitlist_capacity"].is_null());
  CHECK(body["status"] == "open");
  CHECK(body["version"] == 4);
}

TEST_CASE("a bounded waitlist shows its bound, and none shows 0") {
  auto view = small_section();
  view.header.settings.waitlist_capacity = 0;
  CHECK(json::parse(to_json(view))["waitlist_capacity"] == 0);
  view.header.settings.waitlist_capacity = 7;
  CHECK(json::parse(to_json(view))["waitlist_capacity"] == 7);
}

TEST_CASE("a section below its enrolment has no seats, never negative ones") {
  auto view = small_section();
  view.header.settings.total_seats = 10;
  auto body = json::parse(to_json(view));
  CHECK(body["available_seats"] == 0);
  CHECK(body["status"] == "full");
}

TEST_CASE("the status says the first thing that is in the way") {
  section_header header;
  header.settings.total_seats = 1;
  CHECK(section_status(header) == "open");
  header.waitlisted = 1;
  CHECK(section_status(header) == "full");
  header.waitlisted = 0;
  header.enrolled = 1;
  CHECK(section_status(header) == "full");
  header.settings.is_frozen = true;
  CHECK(section_status(header) == "frozen");
  header.settings.is_active = false;
  CHECK(section_status(header) == "inactive");
}

TEST_CASE("a page names the next one where there is one") {
  section_page page;
  CHECK(to_json(page) == R"({"sections":[]})");
  page.sections = {small_section(), small_section()};
  auto last = json::parse(to_json(page));
  CHECK(last["sections"].size() == 2);
  CHECK_FALSE(last.contains("next_cursor"));
  page.next = id<section_id>(9);
  CHECK(json::parse(to_json(page))["next_cursor"]
        == id<section_id>(9).to_string());
}

TEST_CASE("names of every kind come out as well-formed JSON") {
  auto view = small_section();
  view.course_name = "\"Ünïcode\" \\ and\nlines\t\x01 \xf0\x9f\x8e\x93";
  CHECK(json::parse(to_json(view))["course_name"] == view.course_name);
  view.course_name = "Latin-1 caf\xe9";
  CHECK(json::parse(to_json(view))["course_name"] == "Latin-1 caf\xef\xbf\xbd");
}

TEST_CASE("a student shows the columns, an absent address as null") {
  student row;
  row.student_id = id<student_id>(5);
  row.student_number = "S1";
  row.enrollment_status = enrollment_status::suspended;
  row.created_at = some_time;
  row.version = 3;
  auto body = json::parse(to_json(row));
  CHECK(members_of(body)
        == names{"student_id", "student_number", "first_name", "last_name",
                 "email", "enrollment_status", "created_at", "updated_at",
                 "version"});
  CHECK(body["email"].is_null());
  CHECK(body["enrollment_status"] == "suspended");
  CHECK(body["created_at"] == some_time_text);
  CHECK(body["version"] == 3);
}

TEST_CASE("a course and a semester show their columns") {
  course math;
  math.course_code = "MATH 1";
  math.is_active = false;
  auto body = json::parse(to_json(math));
  CHECK(members_of(body)
        == names{"course_id", "course_code", "course_name", "is_active",
                 "created_at", "updated_at", "version"});
  CHECK(body["is_active"] == false);
  semester spring;
  spring.semester_name = "SP24";
  spring.start_date = "2024-03-25";
  spring.registration_start = some_time;
  body = json::parse(to_json(spring));
  CHECK(members_of(body)
        == names{"semester_id", "semester_name", "start_date", "end_date",
                 "registration_start", "registration_end", "is_active",
                 "created_at", "updated_at", "version"});
  CHECK(body["start_date"] == "2024-03-25");
  CHECK(body["end_date"].is_null());
  CHECK(body["registration_start"] == some_time_text);
}

TEST_CASE("a student's registrations show rank and reason where they apply") {
  registration_view enrolled;
  enrolled.registration = id<registration_id>(1);
  enrolled.section = id<section_id>(2);
  enrolled.course_code = "MATH 1";
  enrolled.section_number = "A01";
  enrolled.status = "enrolled";
  enrolled.registered_at = some_time;
  auto waiting = enrolled;
  waiting.status = "waitlisted";
  waiting.waitlist_position = 3;
  auto failed = enrolled;
  failed.status = "failed";
  failed.reason = "The section was removed.";
  auto body
    = json::parse(to_json(id<student_id>(7), {enrolled, waiting, failed}));
  CHECK(members_of(body) == names{"student_id", "registrations"});
  CHECK(body["student_id"] == id<student_id>(7).to_string());
  const auto& rows = body["registrations"];
  CHECK(members_of(rows[0])
        == names{"registration_id", "section_id", "course_code",
                 "section_number", "status", "registered_at"});
  CHECK(rows[0]["registered_at"] == some_time_text);
  CHECK(rows[1]["waitlist_position"] == 3);
  CHECK(rows[2]["status"] == "failed");
  CHECK(rows[2]["reason"] == failed.reason);
}

TEST_CASE("roster and line come in order, ranks from 1") {
  section_rows rows;
  rows.header.section = id<section_id>(1);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    rows.roster.push_back(
      {id<student_id>(i), id<registration_id>(i), {}, i, 0, some_time});
    // Tickets rise, ranks are without holes.
    rows.waitlist.push_back({id<student_id>(10 + i),
                             id<registration_id>(i),
                             {},
                             0,
                             100 * i,
                             some_time});
  }
  auto roster = json::parse(roster_to_json(rows));
  CHECK(roster["section_id"] == id<section_id>(1).to_string());
  CHECK(members_of(roster["roster"][0])
        == names{"student_id", "registration_id", "registered_at"});
  CHECK(roster["roster"][2]["student_id"] == id<student_id>(3).to_string());
  auto line = json::parse(waitlist_to_json(rows));
  CHECK(members_of(line["waitlist"][0])
        == names{"student_id", "waitlist_position", "joined_at"});
  for (std::uint64_t i = 1; i <= 3; ++i) {
    CHECK(line["waitlist"][i - 1]["waitlist_position"] == i);
    CHECK(line["waitlist"][i - 1]["student_id"]
          == id<student_id>(10 + i).to_string());
  }
}

TEST_CASE("an empty section has empty lists") {
  section_rows rows;
  CHECK(json::parse(roster_to_json(rows))["roster"] == json::array());
  CHECK(json::parse(waitlist_to_json(rows))["waitlist"] == json::array());
}
