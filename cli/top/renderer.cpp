#include "cli/top/renderer.hpp"

#include "cli/top/header.hpp"
#include "cli/top/table.hpp"
#include "config/limits.hpp"

#include <algorithm>
#include <array>

namespace registrar::top {

namespace {

constexpr std::array<std::string_view, 15> help{
  "q          quit",
  "a  j  o    actors, journal, operators' acts",
  "s  S       sort by the next, by the previous figure",
  "r          reverse the order",
  "/          filter by a part of a name or course; Esc shows all again",
  "h          hide the system's actors, or show them again",
  "p          pause, or go on",
  "up, down, PgUp, PgDn, Home, End",
  "           go through the table; the line below it tells more of the row",
  "",
  "BUSY is the share of time in which an actor had a thread; DEPTH is how many",
  "messages wait for it, WAIT how long the last one waited. A figure that is",
  "not known is -. NO ANSWER means that the figures are old.",
  "",
  "Any key goes back."};

table table_of(const documents& from, const view_state& state) {
  switch (state.shown) {
    case view::journal: return journal_table(from, state);
    case view::acts: return acts_table(from, state);
    case view::actors: break;
  }
  return actors_table(from, state);
}

const std::string& problem_of(const documents& from, const view_state& state) {
  switch (state.shown) {
    case view::journal: return from.journal.problem;
    case view::acts: return from.acts.problem;
    case view::actors: break;
  }
  return from.actors.problem;
}

screen_line typing_line(const view_state& state) {
  return {{"filter: ", style::label},
          {state.filter, style::strong},
          {"_   Enter keeps it, Esc takes it back"}};
}

screen_line keys_line(const view_state& state) {
  screen_line line;
  auto add = [&](const char* name, const char* does) {
    auto wanted = columns_of(name) + 1 + columns_of(does) + 2;
    if (columns_of(line) + wanted > state.size.columns)
      return;
    line.push_back({name, style::strong});
    line.push_back({std::string{" "} + does + "  ", style::label});
  };
  add("q", "quit");
  add("?", "help");
  if (state.shown == view::actors) {
    add("s", "sort");
    add("r", "reverse");
    add("/", "filter");
    add("h", state.kinds == actor_kinds::section ? "all" : "sections");
  } else {
    add("a", "actors");
  }
  add("p", state.is_paused ? "go on" : "pause");
  if (state.shown != view::journal)
    add("j", "journal");
  if (state.shown != view::acts)
    add("o", "acts");
  return line;
}

/// Lines of the screen, from top to bottom, with the place that is left.
class page {
public:
  explicit page(screen_size size) : size_(size) {
  }

  void add(const screen_line& line) {
    if (lines_.size() < size_.lines)
      lines_.push_back(cut(line, size_.columns));
  }

  /// Leaves the lines between empty, or gives up what stands there.
  void go_to_last(std::size_t lines) {
    lines_.resize(size_.lines - std::min(size_.lines, lines));
  }

  std::size_t left() const {
    return size_.lines - lines_.size();
  }

  std::vector<screen_line> take() {
    lines_.resize(size_.lines);
    return std::move(lines_);
  }

private:
  screen_size size_;
  std::vector<screen_line> lines_;
};

screen_line title_or_problem(const table& shown, const documents& from,
                             const view_state& state) {
  const auto& problem = problem_of(from, state);
  if (problem.empty() || from.is_gone())
    return shown.title;
  return {{"NO NEWER ANSWER ", style::bad}, {cleaned(problem)}};
}

/// How many lines below the table tell more: of the row, and of the keys.
std::size_t footer_lines(const view_state& state) {
  constexpr auto enough_for_both = std::size_t{10};
  constexpr auto enough_for_keys = std::size_t{6};
  if (state.size.lines >= enough_for_both)
    return 2;
  return state.size.lines >= enough_for_keys || state.is_typing() ? 1 : 0;
}

void add_rows(page& to, const table& shown, const view_state& state,
              const documents& from, std::size_t count) {
  if (shown.rows.empty())
    to.add({{shown.nothing, style::label}});
  auto last = std::min(shown.rows.size(), state.first + count);
  for (auto i = state.first; i < last; ++i) {
    const auto& line = shown.rows[i].line;
    if (i == state.selected)
      to.add(in_style(line, style::selected, state.size.columns));
    else
      to.add(from.is_gone() ? in_style(line, style::old, state.size.columns)
                            : line);
  }
}

void add_footer(page& to, const table& shown, const view_state& state,
                std::size_t lines) {
  if (lines == 0)
    return;
  to.go_to_last(lines);
  if (lines > 1)
    to.add(
      {{state.selected < shown.rows.size() ? shown.rows[state.selected].detail
                                           : std::string{}}});
  to.add(state.is_typing() ? typing_line(state) : keys_line(state));
}

} // namespace

frame render(const documents& from, const view_state& given, moment now) {
  auto state = given;
  page lines{state.size};
  if (state.shows_help) {
    for (auto text : help)
      lines.add({{std::string{text}}});
    return {lines.take(), {}};
  }
  for (const auto& line : header_lines(from, state, now))
    lines.add(line);
  if (state.size.lines >= limits::top_header_lines_min)
    lines.add({});
  auto shown = table_of(from, state);
  lines.add(title_or_problem(shown, from, state));
  lines.add(in_style(shown.heading, style::heading, state.size.columns));
  auto footer = footer_lines(state);
  extent result{shown.rows.size(),
                lines.left() - std::min(lines.left(), footer)};
  keep_in_sight(state, result);
  add_rows(lines, shown, state, from, result.page);
  add_footer(lines, shown, state, footer);
  return {lines.take(), result};
}

std::string picture(const documents& from, const view_state& state,
                    moment now) {
  auto lines = header_lines(from, state, now);
  auto shown = table_of(from, state);
  lines.push_back({});
  lines.push_back(title_or_problem(shown, from, state));
  lines.push_back(shown.heading);
  for (auto& row : shown.rows)
    lines.push_back(std::move(row.line));
  if (shown.rows.empty())
    lines.push_back({{shown.nothing}});
  std::string result;
  for (const auto& line : lines)
    result += plain_text(cut(line, state.size.columns)) + "\n";
  return result;
}

} // namespace registrar::top
