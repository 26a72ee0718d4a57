#include "cli/top/view_state.hpp"
#include "config/limits.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace registrar::top;
using kind = key::kind;

namespace {

constexpr auto table_of_100 = extent{100, 10};

void type(view_state& state, std::u32string_view text) {
  for (auto x : text)
    press(state, {kind::character, x}, table_of_100);
}

} // namespace

TEST_CASE("s goes through every figure and S back") {
  view_state state;
  for (const auto* word : sort_words()) {
    CHECK(path_of(state).find(std::string{"sort="} + word)
          != std::string::npos);
    CHECK(state.is_descending == (state.sort != actor_sort::name));
    type(state, U"s");
  }
  CHECK(state.sort == actor_sort::messages);
  type(state, U"S");
  CHECK(state.sort == actor_sort::state);
  type(state, U"r");
  CHECK(path_of(state).find("order=asc") != std::string::npos);
}

TEST_CASE("keys that are typed into a filter do nothing else") {
  view_state state;
  type(state, U"/qsé\x1b");
  CHECK_FALSE(state.is_over);
  CHECK(state.sort == actor_sort::messages);
  CHECK(state.filter == "qsé");
  CHECK(path_of(state).ends_with("&filter=qs%C3%A9"));
  press(state, {kind::backspace}, table_of_100);
  press(state, {kind::enter}, table_of_100);
  CHECK_FALSE(state.is_typing());
  CHECK(state.filter == "qs");
  type(state, U"/more");
  press(state, {kind::escape}, table_of_100);
  CHECK(state.filter == "qs");
  press(state, {kind::escape}, table_of_100);
  CHECK(state.filter.empty());
  type(state, U"q");
  CHECK(state.is_over);
}

TEST_CASE("a filter is bounded and can be emptied") {
  view_state state;
  type(state, U"/" + std::u32string(500, U'é'));
  CHECK(state.filter.size() == registrar::limits::top_filter_bytes_max);
  press(state, {kind::erase}, table_of_100);
  CHECK(state.filter.empty());
}

TEST_CASE("h hides the system and shows it again") {
  view_state state;
  type(state, U"h");
  CHECK(path_of(state).find("kind=section") != std::string::npos);
  type(state, U"h");
  CHECK(path_of(state).find("kind=all") != std::string::npos);
}

TEST_CASE("each view asks for its own document and starts at its top") {
  view_state state;
  press(state, {kind::end}, table_of_100);
  CHECK(state.selected == 99);
  type(state, U"j");
  CHECK(path_of(state) == "/api/v1/ops/journal");
  CHECK(state.selected == 0);
  type(state, U"o");
  CHECK(path_of(state).starts_with("/api/v1/ops/acts?limit="));
  // What sorts actors does nothing here.
  type(state, U"s/r");
  CHECK_FALSE(state.is_typing());
  type(state, U"a");
  CHECK(state.sort == actor_sort::messages);
  CHECK(state.is_descending);
}

TEST_CASE("as many actors are asked for as can be seen, and at most 500") {
  view_state state;
  state.size = {24, 80};
  CHECK(path_of(state).find("limit=100") != std::string::npos);
  auto before = path_of(state);
  press(state, {kind::down}, table_of_100);
  CHECK(path_of(state) == before);
  press(state, {kind::end}, extent{5'000, 10});
  CHECK(path_of(state).find("limit=500") != std::string::npos);
  state.limit = 7;
  CHECK(path_of(state).find("limit=7&") == std::string::npos);
  CHECK(path_of(state).ends_with("limit=7"));
}

TEST_CASE("the selection is always in the table and in sight") {
  constexpr std::array all{kind::up,   kind::down, kind::page_up,
                           kind::home, kind::end,  kind::page_down};
  for (std::uint64_t round = 0; round < registrar::test::rounds(200); ++round) {
    registrar::test::random_source random{round};
    view_state state;
    for (auto step = 0; step < 50; ++step) {
      auto table = extent{random.below(40), random.below(12)};
      press(state, {all[random.below(all.size())]}, table);
      CHECK(state.selected < std::max<std::size_t>(table.rows, 1));
      CHECK(state.first <= state.selected);
      if (table.page == 0)
        continue;
      CHECK(state.selected < state.first + table.page);
      // No place stays empty while rows are out of sight.
      if (state.first > 0)
        CHECK(state.first + table.page <= table.rows);
    }
  }
}

TEST_CASE("any key leaves the help") {
  view_state state;
  type(state, U"?");
  CHECK(state.shows_help);
  type(state, U"s");
  CHECK_FALSE(state.shows_help);
  CHECK(state.sort == actor_sort::messages);
  type(state, U"?q");
  CHECK(state.is_over);
}
