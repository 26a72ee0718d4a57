#include "cli/top/table.hpp"
#include "tests/unit/cli/top/top_fixture.hpp"

#include <doctest/doctest.h>

using namespace registrar::top;
using namespace registrar::test;

namespace {

std::vector<std::string> names(const json& list, const view_state& state) {
  std::vector<std::string> result;
  for (const auto* x : chosen_actors(list, state))
    result.push_back(text_at(*x, {"name"}));
  return result;
}

using name_list = std::vector<std::string>;

} // namespace

TEST_CASE("actors are in the chosen order, and what is not known is last") {
  auto list = actor_list(
    {actor("b", {{"depth", 2}}), actor("a", {{"depth", 2}}),
     actor("d", {{"depth", nullptr}}), actor("c", {{"depth", 10}})});
  view_state state;
  sort_by(state, actor_sort::depth);
  CHECK(names(list, state) == name_list{"c", "a", "b", "d"});
  state.is_descending = false;
  CHECK(names(list, state) == name_list{"a", "b", "c", "d"});
  sort_by(state, actor_sort::name);
  CHECK(names(list, state) == name_list{"a", "b", "c", "d"});
  state.is_descending = true;
  CHECK(names(list, state) == name_list{"d", "c", "b", "a"});
}

TEST_CASE("the most urgent state is the highest") {
  auto list = actor_list({actor("a", {{"state", "ended"}}), actor("b"),
                          actor("c", {{"state", "degraded"}}),
                          actor("d", {{"state", "stuck"}}),
                          actor("e", {{"state", "never heard of"}})});
  view_state state;
  sort_by(state, actor_sort::state);
  CHECK(names(list, state) == name_list{"d", "c", "a", "e", "b"});
}

TEST_CASE("a filter finds names and courses in any case") {
  auto list = healthy().actors.content;
  view_state state;
  state.filter = "cse 1";
  CHECK(names(list, state).size() == 1);
  state.filter = "LEDGER";
  CHECK(names(list, state) == name_list{"ledger-worker/0"});
  state.filter.clear();
  state.kinds = actor_kinds::system;
  CHECK(names(list, state) == name_list{"ledger-worker/0"});
  state.kinds = actor_kinds::section;
  CHECK(names(list, state).size() == 2);
}

TEST_CASE("a section is its course where its id would not fit") {
  auto docs = healthy();
  view_state state;
  state.size = {24, 80};
  CHECK(plain_text(actors_table(docs, state).rows[1].line)
          .starts_with("CSE 101 A00   "));
  state.size = {24, 120};
  CHECK(plain_text(actors_table(docs, state).rows[1].line)
          .starts_with("CSE 101 A00  section/789e0123-"));
}

TEST_CASE("a narrow screen keeps the name and the figures that matter most") {
  auto docs = healthy();
  view_state state;
  for (auto columns : {80, 60, 40, 30, 24, 10, 1}) {
    state.size.columns = static_cast<std::size_t>(columns);
    auto table = actors_table(docs, state);
    for (const auto& row : table.rows)
      CHECK(columns_of(row.line) == columns_of(table.heading));
    CHECK(columns_of(table.heading) <= state.size.columns);
    auto heading = plain_text(table.heading);
    CHECK((heading.find("MSG/S") != std::string::npos) == (columns >= 24));
    CHECK((heading.find("RESTARTS") != std::string::npos) == (columns >= 80));
  }
}

TEST_CASE("a row tells why and when its actor was restarted") {
  auto docs = healthy();
  docs.actors.content = actor_list(
    {actor("sql", {{"restarts", 2},
                   {"last_restart",
                    {{"at", "2026-09-01T07:00:00Z"}, {"cause", "it fell"}}},
                   {"last_failure", "no answer"},
                   {"handling_ms", 5400},
                   {"figures", {{"queue", 17}}}})});
  auto table = actors_table(docs, {});
  CHECK(table.rows[0].detail
        == "sql; at its message for 5.4 s; restarted at 07:00:00: it fell; "
           "no answer; queue 17");
}

TEST_CASE("the partition that lags most is on top, after one that is lost") {
  auto docs = healthy();
  auto second_column = [&](std::size_t row) {
    auto rows = journal_table(docs, {}).rows;
    return plain_text(rows.at(row).line).substr(0, 9);
  };
  // A worker, the heading of the partitions, then they.
  CHECK(second_column(2) == "        1");
  docs.journal.content["partitions"].push_back(
    {{"id", 44}, {"owner", "south"}, {"lease_held", false}});
  CHECK(second_column(2) == "       44");
  CHECK(plain_text(journal_table(docs, {}).rows[2].line).find("LOST")
        != std::string::npos);
}

TEST_CASE("an act that is in no audit log yet is on top and says so") {
  auto docs = healthy();
  docs.acts.content["pending"].push_back(
    {{"who", "joe"}, {"action", "capacity set"}, {"reason", "a hall"}});
  auto table = acts_table(docs, {});
  REQUIRE(table.rows.size() == 2);
  CHECK(plain_text(table.rows[0].line).starts_with("pending"));
  CHECK(table.rows[0].detail.starts_with("Not in the audit log yet: "));
  CHECK(plain_text(table.rows[1].line).starts_with("09-01 07:59:00 jane"));
  CHECK(plain_text(table.title).find("1 in all") != std::string::npos);
}
