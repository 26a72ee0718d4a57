#include "http/query.hpp"

#include "config/limits.hpp"
#include "tests/ids_of.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

using namespace registrar;

namespace {

bool is_refused(std::string_view query, std::string_view word) {
  auto read = read_query(query, {"limit", "cursor", "course"});
  return !read && read.error().detail.find(word) != std::string::npos;
}

} // namespace

TEST_CASE("percent escapes are decoded, broken ones and NUL refused") {
  CHECK(percent_decode("a%20b%C3%A9", false) == "a b\xc3\xa9");
  CHECK(percent_decode("a+b", true) == "a b");
  CHECK(percent_decode("a+b", false) == "a+b");
  CHECK(percent_decode("%25", false) == "%");
  for (auto broken : {"%", "%2", "%zz", "a%2", "%0", "%00", "x%00y", "%g0"})
    CHECK_FALSE(percent_decode(broken, true));
  CHECK_FALSE(percent_decode({"x\0y", 3}, true));
}

TEST_CASE("a query is read, with empty values and parts") {
  auto read = read_query("limit=5&course=CSE+101&&cursor=",
                         {"limit", "cursor", "course"});
  REQUIRE(read);
  CHECK(read->at("limit") == "5");
  CHECK(read->at("course") == "CSE 101");
  CHECK(read->at("cursor").empty());
  CHECK(read_query("", {})->empty());
}

TEST_CASE("unknown, repeated and broken parameters are refused by name") {
  CHECK(is_refused("page=1", "\"page\" is not known"));
  CHECK(is_refused("limit=1&limit=1", "\"limit\" is there twice"));
  CHECK(is_refused("course=%zz", "percent escape"));
  CHECK(is_refused("=1", "not known"));
}

TEST_CASE("a limit is 1 to 200, never clamped") {
  auto limit = [](std::string text) {
    return read_limit({{"limit", std::move(text)}});
  };
  CHECK(*read_limit({}) == 50);
  CHECK(*limit("1") == 1);
  CHECK(*limit("200") == 200);
  for (auto wrong : {"0", "201", "-1", "+1", "", "1.0", " 1", "99999999999"})
    CHECK_FALSE(limit(wrong));
}

TEST_CASE("ids have a comma between each two and nowhere else") {
  auto one = test::id<section_id>(1);
  auto two = test::id<section_id>(2);
  auto both = one.to_string() + ',' + two.to_string();
  CHECK(*read_section_ids(one.to_string()) == std::vector{one});
  CHECK(*read_section_ids(both) == std::vector{one, two});
  for (const auto& wrong :
       {std::string{}, std::string{","}, both + ',', ',' + both,
        one.to_string() + ",," + two.to_string(), both + ' '})
    CHECK_FALSE(read_section_ids(wrong));
  auto many = one.to_string();
  for (std::size_t i = 1; i < limits::query_ids_max; ++i)
    many += ',' + one.to_string();
  CHECK(read_section_ids(many)->size() == limits::query_ids_max);
  CHECK_FALSE(read_section_ids(many + ',' + one.to_string()));
}

TEST_CASE("a cursor gives back any row of its list, and of no other") {
  test::random_source random{1};
  for (std::size_t i = 0; i < test::rounds(500); ++i) {
    std::string row(1 + random.below(40), ' ');
    for (auto& c : row)
      c = static_cast<char>(random.below(256));
    auto cursor = to_cursor("courses", row);
    CHECK(from_cursor("courses", cursor) == row);
    CHECK_FALSE(from_cursor("students", cursor));
    CHECK_FALSE(from_cursor("course", cursor));
  }
}

TEST_CASE("a cursor that nobody was given is refused") {
  for (auto wrong : {"", "a", "zz", "abc", "0g", "!!", "00", "636f7572736573"})
    CHECK_FALSE(from_cursor("courses", wrong));
}

TEST_CASE("the next page has the query of this one and its own cursor") {
  CHECK(link_to_next("/a", "", "7") == "</a?cursor=7>; rel=\"next\"");
  CHECK(link_to_next("/a", "open=true&cursor=6&limit=2&", "7")
        == "</a?open=true&limit=2&cursor=7>; rel=\"next\"");
  // However it is written, the old cursor goes.
  CHECK(link_to_next("/a", "curs%6Fr=6&&x", "7")
        == "</a?x&cursor=7>; rel=\"next\"");
  CHECK(link_to_next("/a", "course=CSE+101&b=%3C>\"\xc3\xa9", "7")
        == "</a?course=CSE+101&b=%3C%3E%22%C3%A9&cursor=7>; rel=\"next\"");
}
