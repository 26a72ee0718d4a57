#include "tests/contract/side.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

audit_entry act_of(int number) {
  return {"jane",
          "section frozen",
          "section " + std::to_string(number),
          "",
          "the room is flooded – “again”",
          timestamp{std::chrono::milliseconds{1'700'000'000'000 + number}}};
}

std::vector<std::string> subjects_of(const std::vector<audit_row>& rows) {
  std::vector<std::string> result;
  for (const auto& row : rows)
    result.push_back(row.entry.subject);
  return result;
}

} // namespace

TEST_CASE("every registration store keeps acts with who, why and when, and "
          "lists them newest first, page by page") {
  for (const auto& kind : projection_back_ends()) {
    INFO(kind.name);
    side uut{kind};
    CHECK(must(uut.sql().audit_log(10, 0)).empty());
    for (int i = 1; i <= 5; ++i)
      must(uut.sql().note(act_of(i)));
    auto first = must(uut.sql().audit_log(2, 0));
    REQUIRE(first.size() == 2);
    CHECK(first[0].entry == act_of(5));
    CHECK(first[0].id > first[1].id);
    auto second = must(uut.sql().audit_log(2, first[1].id));
    CHECK(subjects_of(second)
          == std::vector<std::string>{"section 3", "section 2"});
    auto last = must(uut.sql().audit_log(2, second[1].id));
    CHECK(subjects_of(last) == std::vector<std::string>{"section 1"});
    CHECK(must(uut.sql().audit_log(2, last[0].id)).empty());
  }
}

TEST_CASE("every registration store keeps an act with a time once, however "
          "often it is given, and others each time") {
  for (const auto& kind : projection_back_ends()) {
    INFO(kind.name);
    side uut{kind};
    for (int times = 0; times < 3; ++times)
      must(uut.sql().note(act_of(1)));
    auto other = act_of(1);
    other.detail = "and something else";
    must(uut.sql().note(other));
    CHECK(must(uut.sql().audit_log(10, 0)).size() == 2);
    // As commands write them, at the time of writing and without a reason.
    for (int times = 0; times < 2; ++times)
      must(uut.sql().note({"registrar", "section projected", "1", "all"}));
    auto rows = must(uut.sql().audit_log(10, 0));
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].entry.reason.empty());
    CHECK(rows[0].entry.at > act_of(1).at);
  }
}

TEST_CASE("every registration store has its acts after a restart") {
  for (const auto& kind : projection_back_ends()) {
    INFO(kind.name);
    side uut{kind};
    must(uut.sql().note(act_of(1)));
    uut.crash();
    auto rows = must(uut.sql().audit_log(10, 0));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].entry == act_of(1));
  }
}
