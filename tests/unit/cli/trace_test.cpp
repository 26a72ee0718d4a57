#include "cli/rehearse/trace.hpp"
#include "tests/unit/cli/rehearse_fixture.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include <unistd.h>
#include <zlib.h>

using namespace registrar;
using namespace registrar::rehearsal;
using namespace registrar::test;

using place = sequential_section::place;

namespace {

std::vector<observation> rows(const std::string& text) {
  auto read = parse_trace(text);
  CHECK(read.faults.empty());
  return read.rows;
}

trace_script script(const std::vector<observation>& of,
                    std::uint64_t seed = 1) {
  return script_of(of, students(100), seed);
}

} // namespace

TEST_CASE("who comes first is served first") {
  sequential_section s{1};
  CHECK(s.arrive(student(1)) == place::enrolled);
  CHECK(s.arrive(student(2)) == place::waiting);
  CHECK(s.arrive(student(3)) == place::waiting);
  CHECK(s.depart(student(1)) == place::enrolled);
  CHECK(s.roster() == std::vector<student_id>{student(2)});
  CHECK(s.depart(student(3)) == place::waiting);
  CHECK(s.depart(student(3)) == place::nowhere);
  CHECK(s.line().empty());
}

TEST_CASE("a raised capacity serves the line, a lowered one evicts nobody") {
  sequential_section s{0};
  for (auto& id : students(3))
    CHECK(s.arrive(id) == place::waiting);
  s.set_capacity(2);
  CHECK(s.roster() == students(2));
  s.set_capacity(1);
  CHECK(s.roster() == students(2));
  CHECK(s.depart(student(1)) == place::enrolled);
  CHECK(s.roster() == std::vector<student_id>{student(2)});
  CHECK(s.line().size() == 1);
}

TEST_CASE("a trace is read with all its faults at once") {
  auto read = parse_trace("time\tcourse\tsection\tenrolled\twaitlisted\t"
                          "capacity\n"
                          "1\tA\tx\t1\t2\t3\r\n"
                          "2\tA\tx\t1\t2\n"
                          "3\tA\tx\t1\t-2\t3\n"
                          "4\tA\t\t1\t2\t3\n"
                          "5\tA\tx\t1\t2\t3\t4\n"
                          "6\tA\tx\t1\t2\t1000001\n"
                          "7\tB\ty\t4\t5\t6");
  REQUIRE(read.rows.size() == 2);
  CHECK(read.rows[1].course == "B");
  CHECK(read.rows[1].capacity == 6);
  REQUIRE(read.faults.size() == 5);
  CHECK(read.faults[0].starts_with("line 3: "));
  CHECK(read.faults[4].starts_with("line 7: "));
}

TEST_CASE("each rise is an arrival, each fall a departure") {
  auto day = rows("1\tA\tx\t2\t0\t2\n"
                  "2\tA\tx\t2\t1\t2\n"
                  "3\tA\tx\t1\t1\t2\n"
                  "4\tA\tx\t1\t0\t3\n");
  auto result = script(day);
  REQUIRE(result.sections.size() == 1);
  auto& section = result.sections[0];
  CHECK(section.capacity == 2);
  using kind = trace_event::kind;
  std::vector<kind> kinds;
  for (auto& event : section.events)
    kinds.push_back(event.what);
  CHECK(kinds
        == std::vector<kind>{kind::arrival, kind::arrival, kind::arrival,
                             kind::departure, kind::capacity, kind::departure});
  CHECK(section.events[2].expected == place::waiting);
  CHECK(section.events[3].expected == place::enrolled);
  // The waiter was promoted by the first departure: somebody enrolled leaves.
  CHECK(section.events[5].expected == place::enrolled);
  CHECK(section.end.roster().size() == 1);
  CHECK(section.end.line().empty());
}

TEST_CASE("nobody arrives twice while he has a place") {
  std::string text;
  for (auto i = 0; i < 60; ++i)
    text += "t\tA\tx\t" + std::to_string(i % 3) + "\t" + std::to_string(i % 4)
            + "\t2\n";
  auto day = rows(text);
  CHECK(students_needed(day) <= 100);
  auto result = script(day, 7);
  sequential_section replayed{2};
  for (auto& event : result.sections[0].events) {
    auto who = students(100)[event.student];
    if (event.what == trace_event::kind::arrival)
      CHECK(replayed.arrive(who) == event.expected);
    else if (event.what == trace_event::kind::departure)
      CHECK(replayed.depart(who) == event.expected);
    CHECK(event.expected != place::nowhere);
  }
  // As many as in the last row: 59 % 3 and 59 % 4.
  CHECK(replayed.roster().size() + replayed.line().size() == 2 + 3);
  CHECK(replayed.roster() == result.sections[0].end.roster());
  CHECK(replayed.line() == result.sections[0].end.line());
}

TEST_CASE("sections are independent, and the same seed gives the same day") {
  auto both = rows("1\tA\tx\t1\t0\t1\n1\tB\ty\t0\t2\t0\n2\tA\tx\t0\t0\t1\n");
  auto result = script(both);
  REQUIRE(result.sections.size() == 2);
  CHECK(result.students == 3);
  CHECK(result.sections[1].course == "B");
  CHECK(result.sections[1].end.line().size() == 2);
  auto again = script(both);
  CHECK(again.sections[0].events.size() == result.sections[0].events.size());
}

TEST_CASE("a packed file reads as the plain one") {
  auto name = std::filesystem::temp_directory_path()
              / ("registrar-trace-" + std::to_string(::getpid()));
  auto packed = name.string() + ".gz";
  std::ofstream{name} << "1\tA\tx\t1\t0\t1\n";
  auto* file = ::gzopen(packed.c_str(), "wb");
  REQUIRE(file != nullptr);
  ::gzputs(file, "1\tA\tx\t1\t0\t1\n");
  ::gzclose(file);
  auto plain_text = read_text_file(name);
  auto packed_text = read_text_file(packed);
  REQUIRE(plain_text);
  REQUIRE(packed_text);
  CHECK(*plain_text == *packed_text);
  std::filesystem::resize_file(packed, 20);
  CHECK(!read_text_file(packed));
  CHECK(!read_text_file("/nonexistent"));
  std::filesystem::remove(name);
  std::filesystem::remove(packed);
}
