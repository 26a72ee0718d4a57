#include "tests/unit/cli/rehearse_fixture.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::rehearsal;
using namespace registrar::test;

namespace {

const auto section = numbered<section_id>(99);

/// Two seats, taken by 1 and 2; 3 and 4 wait in this order. All came one after
/// the other.
struct quiet_section {
  invariant_checker checker;
  section_end end{
    section,
    "CSE 101 A00",
    {2, 2, 2},
    0,
    {{student(1), registration(1)}, {student(2), registration(2)}},
    {{student(3), {}}, {student(4), {}}}};

  quiet_section() {
    for (auto n = std::uint8_t{1}; n <= 4; ++n)
      tell(n, n <= 2 ? "enrolled" : "waitlisted", n * 10u, n * 10u + 5);
  }

  void tell(std::uint8_t who, const std::string& status, std::uint64_t sent,
            std::uint64_t received) {
    auto asked
      = status == "dropped" ? route::drop_sections : route::register_sections;
    checker.acknowledge({asked,
                         student(who),
                         {section, status, registration(who), 0},
                         sent,
                         received});
  }

  std::vector<violation> found() const {
    return checker.check({&end, 1});
  }
};

} // namespace

TEST_CASE("a section that kept every promise has no violation") {
  CHECK(quiet_section{}.found().empty());
}

TEST_CASE("more students than seats are oversold") {
  quiet_section q;
  q.end.counts.total_seats = 1;
  CHECK(names(q.found(), "oversold"));
  q.end.enrolled_before_cut = 2;
  CHECK(!names(q.found(), "oversold"));
}

TEST_CASE("counts that differ from the lists are miscounted") {
  quiet_section q;
  q.end.counts.enrolled = 1;
  CHECK(names(q.found(), "miscounted"));
  q = {};
  q.end.counts.waitlisted = 3;
  CHECK(names(q.found(), "miscounted"));
}

TEST_CASE("a student with two places is doubled") {
  quiet_section q;
  SUBCASE("twice in the roster") {
    q.end.roster[1] = q.end.roster[0];
  }
  SUBCASE("in roster and line") {
    q.end.waitlist[1].student = student(1);
  }
  SUBCASE("twice in the line") {
    q.end.waitlist[1] = q.end.waitlist[0];
  }
  CHECK(names(q.found(), "doubled"));
}

TEST_CASE("an answer that did not last is lost") {
  quiet_section q;
  SUBCASE("enrolled and gone") {
    q.end.roster.pop_back();
  }
  SUBCASE("waiting and gone") {
    q.end.waitlist.pop_back();
  }
  SUBCASE("enrolled and waits") {
    q.end.roster.pop_back();
    q.end.waitlist.push_back({student(2), {}});
  }
  SUBCASE("enrolled under another registration") {
    q.end.roster[0].registration = registration(7);
  }
  SUBCASE("dropped and still there") {
    q.tell(1, "dropped", 60, 65);
  }
  SUBCASE("rejected and still there") {
    q.tell(5, "rejected", 60, 65);
    q.end.waitlist.push_back({student(5), {}});
  }
  SUBCASE("in a section that nobody read") {
    q.end.section = numbered<section_id>(98);
  }
  CHECK(names(q.found(), "lost-answer"));
}

TEST_CASE("a waiter who was promoted kept his answer") {
  quiet_section q;
  q.tell(1, "dropped", 60, 65);
  q.end.roster = {{student(2), registration(2)}, {student(3), registration(3)}};
  q.end.waitlist = {{student(4), {}}};
  q.end.counts.waitlisted = 1;
  CHECK(q.found().empty());
}

TEST_CASE("a place that nobody asked for is named") {
  quiet_section q;
  q.end.waitlist.push_back({student(9), {}});
  q.end.counts.waitlisted = 3;
  CHECK(names(q.found(), "unasked"));
  q.checker.leave_in_doubt(student(9), section);
  CHECK(q.found().empty());
}

TEST_CASE("a seat is never free while somebody waits") {
  quiet_section q;
  q.end.counts.total_seats = 3;
  CHECK(names(q.found(), "idle-seat"));
}

TEST_CASE("a line in another order than people came is named") {
  quiet_section q;
  std::swap(q.end.waitlist[0], q.end.waitlist[1]);
  CHECK(names(q.found(), "line-order"));
}

TEST_CASE("requests that overlapped may stand in either order") {
  quiet_section q;
  q.tell(3, "waitlisted", 30, 45);
  q.tell(4, "waitlisted", 40, 50);
  std::swap(q.end.waitlist[0], q.end.waitlist[1]);
  CHECK(q.found().empty());
}

TEST_CASE("a newcomer who got a seat before those who waited is named") {
  quiet_section q;
  q.tell(1, "dropped", 60, 65);
  q.tell(5, "enrolled", 70, 75);
  q.end.roster = {{student(2), registration(2)}, {student(5), registration(5)}};
  CHECK(names(q.found(), "line-order"));
}

TEST_CASE("a waiter promoted out of turn is named") {
  quiet_section q;
  q.tell(1, "dropped", 60, 65);
  q.end.roster = {{student(2), registration(2)}, {student(4), registration(4)}};
  q.end.waitlist = {{student(3), {}}};
  q.end.counts.waitlisted = 1;
  CHECK(names(q.found(), "line-order"));
}

TEST_CASE("copies of one request are answered alike") {
  quiet_section q;
  q.checker.compare_copies("key-1", "body");
  q.checker.compare_copies("key-1", "body");
  CHECK(q.found().empty());
  q.checker.compare_copies("key-1", "another body");
  CHECK(names(q.found(), "different-answer"));
}

TEST_CASE("a section that ends otherwise than the model is named by place") {
  quiet_section q;
  auto roster = students(2);
  std::vector<student_id> line{student(3), student(4)};
  CHECK(compare_with_model(q.end, roster, line).empty());
  std::swap(line[0], line[1]);
  CHECK(compare_with_model(q.end, roster, line).size() == 2);
  line = {student(3)};
  CHECK(compare_with_model(q.end, roster, line).size() == 1);
  roster.push_back(student(7));
  CHECK(compare_with_model(q.end, roster, line).size() == 2);
}
