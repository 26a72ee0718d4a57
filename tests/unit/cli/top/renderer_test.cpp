#include "tests/unit/cli/top/top_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace registrar::top;
using namespace registrar::test;

namespace {

bool has_style(const frame& shown, const std::string& text, style as) {
  return std::any_of(shown.lines.begin(), shown.lines.end(), [&](auto& line) {
    return std::any_of(line.begin(), line.end(), [&](const span& one) {
      return one.as == as && one.text.find(text) != std::string::npos;
    });
  });
}

} // namespace

TEST_CASE("a screen shows whose figures they are, and all of them") {
  auto lines = shown(healthy());
  CHECK(lines.size() == 24);
  CHECK(lines[0].starts_with("registrar top  north  0.1.0  up 3 h"));
  CHECK(lines[0].ends_with("08:00:00 UTC"));
  CHECK(lines[1] == "ready");
  for (const auto* part :
       {"enrolled 12  waitlisted 0  rejected 3.0", "p50 1.2 ms  p99 -",
        "SQL lacks 12 of 1,000,000  oldest 120 ms", "steps/s 100", "CPU 12 %",
        "ledger ok  sql ok", "north 127.0.0.1:8080 64 partitions",
        "3 of 3  by messages, highest first"})
    CHECK(has(lines, part));
  CHECK(lines.back().starts_with("q quit  ? help"));
}

TEST_CASE("rarer outcomes are shown where there are any") {
  auto docs = healthy();
  CHECK_FALSE(has(shown(docs), "UNDECIDED"));
  docs.overview.content["rates"]["registrations"]["undecided"] = 2;
  CHECK(has(shown(docs, {{24, 120}}), "UNDECIDED 2.0"));
}

TEST_CASE("what is in the way of being ready is named") {
  auto docs = healthy();
  auto& overview = docs.overview.content;
  overview["ready"] = false;
  overview["dependencies"][1]["ready"] = false;
  overview["dependencies"][1]["detail"] = "No answer.";
  overview["journal"]["takes_registrations"] = false;
  auto lines = shown(docs);
  CHECK(lines[1] == "NOT READY: sql (No answer.), SQL is too far behind");
  CHECK(has(lines, "ledger ok  sql DOWN"));
  CHECK(has(lines, "registrations are REFUSED"));
}

TEST_CASE("a dead node comes before those that live") {
  auto docs = healthy();
  auto& nodes = docs.overview.content["nodes"];
  nodes.push_back(nodes[0]);
  nodes[1].update({{"name", "south"}, {"alive", false}});
  nodes[1]["heartbeat_age_ms"] = 4200;
  auto lines = shown(docs, {{24, 120}});
  CHECK(has(lines, "south 127.0.0.1:8080 DEAD for 4.2 s  north 127.0.0.1"));
}

TEST_CASE("old figures look old and say so") {
  auto docs = healthy();
  docs.failure = "The server cannot be reached.";
  docs.failing_since = eight_o_clock() - std::chrono::seconds{5};
  auto screen = render(docs, {}, eight_o_clock());
  auto lines = shown(docs);
  CHECK(lines[1]
        == "NO ANSWER since 07:59:55 (5.0 s); below is what was at 08:00:00");
  CHECK(lines[2] == "The server cannot be reached.");
  CHECK(has_style(screen, "enrolled", style::old));
  CHECK(has_style(screen, "CSE 101", style::old));
  CHECK_FALSE(
    has_style(render(healthy(), {}, eight_o_clock()), "CSE 101", style::old));
}

TEST_CASE("a service that never answered has no figures") {
  documents nothing;
  CHECK(shown(nothing)[1] == "Waiting for the first answer ...");
  nothing.failure = "The server cannot be reached.";
  nothing.failing_since = eight_o_clock();
  CHECK(shown(nothing)[1] == "NO ANSWER since 08:00:00 (0 ms)");
  CHECK(has(shown(nothing), "The actors are not known yet."));
}

TEST_CASE("the selected row stands out and tells more below") {
  view_state state;
  state.selected = 2;
  auto screen = render(healthy(), state, eight_o_clock());
  CHECK(has_style(screen, "HIST 7", style::selected));
  CHECK(plain_text(screen.lines[22]).find("at its message for 5.4 s")
        != std::string::npos);
  CHECK(screen.shown.rows == 3);
}

TEST_CASE("no state is told by its colour alone") {
  CHECK(has(shown(healthy()), "stuck"));
  view_state state;
  state.is_paused = true;
  CHECK(has(shown(healthy(), state), "PAUSED"));
}

TEST_CASE("a table that was not answered says why, with the former rows") {
  auto docs = healthy();
  docs.actors.problem = "Not now.";
  auto lines = shown(docs);
  CHECK(has(lines, "NO NEWER ANSWER Not now."));
  CHECK(has(lines, "CSE 101 A00"));
}

TEST_CASE("a filter that is being typed is seen on any screen") {
  view_state state;
  state.filter = "cse";
  state.filter_before = "";
  for (auto lines = std::size_t{1}; lines < 30; ++lines) {
    state.size.lines = lines;
    CHECK(shown(healthy(), state).back().starts_with("filter: cse_"));
  }
}

TEST_CASE("a printed picture has every row and no keys") {
  auto docs = healthy();
  std::vector<json> many;
  for (auto i = 0; i < 200; ++i)
    many.push_back(actor("worker/" + std::to_string(i)));
  docs.actors.content = actor_list(many);
  auto text = picture(docs, {}, eight_o_clock());
  CHECK(text.find("worker/199") != std::string::npos);
  CHECK(text.find("q quit") == std::string::npos);
  CHECK(text.find("sql ok") != std::string::npos);
}

TEST_CASE("whatever a service says, a screen of any size holds it") {
  auto whole = healthy();
  for (std::uint64_t round = 0; round < rounds(500); ++round) {
    random_source random{round};
    documents docs;
    docs.overview.content = spoiled(whole.overview.content, random);
    docs.actors.content = spoiled(whole.actors.content, random);
    docs.journal.content = spoiled(whole.journal.content, random);
    docs.acts.content = spoiled(whole.acts.content, random);
    view_state state;
    state.size = {1 + random.below(50), 1 + random.below(140)};
    state.shown = static_cast<view>(random.below(3));
    state.shows_help = random.below(10) == 0;
    sort_by(state, static_cast<actor_sort>(random.below(7)));
    if (random.below(4) == 0)
      docs.failure = "gone\x1b";
    auto screen = render(docs, state, eight_o_clock());
    CHECK(screen.lines.size() == state.size.lines);
    for (const auto& line : screen.lines) {
      CHECK(columns_of(line) <= state.size.columns);
      for (const auto& one : line)
        CHECK(cleaned(one.text) == one.text);
    }
    picture(docs, state, eight_o_clock());
  }
}
