#include "cli/csv.hpp"

#include "tests/seed.hpp"

#include <doctest/doctest.h>

using registrar::read_csv;

TEST_CASE("quoted cells hold commas, doubled quotes and line breaks") {
  auto table = read_csv("a,b\r\n\"x,\"\"y\"\"\nz\",2\n");
  REQUIRE(table.faults.empty());
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[1].cells[0] == "x,\"y\"\nz");
  CHECK(table.rows[1].cells[1] == "2");
}

TEST_CASE("rows know the line they start in") {
  auto table = read_csv("a\n\"1\n2\"\n3\n");
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[1].line == 2);
  CHECK(table.rows[2].line == 4);
}

TEST_CASE("a byte order mark and empty lines are skipped") {
  auto table = read_csv("\xef\xbb\xbf"
                        "a,b\n\n1,\n");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].cells[0] == "a");
  CHECK(table.rows[1].cells[1].empty());
}

TEST_CASE("the last line needs no line break and may end with a comma") {
  auto table = read_csv("a,b\n1,");
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[1].cells.size() == 2);
}

TEST_CASE("every fault is found, with its line") {
  auto table = read_csv("a\nx\"y\n\"z\"w\n\"open");
  REQUIRE(table.faults.size() == 3);
  CHECK(table.faults[0].line == 2);
  CHECK(table.faults[1].line == 3);
  CHECK(table.faults[2].line == 4);
}

TEST_CASE("cells are UTF-8 without control characters") {
  CHECK(
    read_csv("a\nCaf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x99\x82\n").faults.empty());
  for (const auto* bad : {"Caf\xe9", "\xc0\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xe2\x82", "a\x01", "a\x7f"}) {
    auto table = read_csv("a\n\"1\n2\"\n" + std::string{bad} + "\n3\n");
    REQUIRE(table.faults.size() == 1);
    CHECK(table.faults[0].line == 4);
    CHECK_FALSE(table.rows[2].is_sound);
    CHECK(table.rows[3].is_sound);
  }
}

TEST_CASE("any bytes are read without harm") {
  for (std::uint64_t round = 0; round < registrar::test::rounds(300); ++round) {
    registrar::test::random_source random{round};
    std::string text;
    for (auto left = random.below(60); left > 0; --left)
      text += "a,\"\r\n\xef\xbb\xbf\xc3"[random.below(9)];
    auto table = read_csv(text);
    for (const auto& row : table.rows)
      CHECK(!row.cells.empty());
  }
}
