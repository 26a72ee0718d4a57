#include "cli/top/table.hpp"

#include <algorithm>
#include <array>

namespace registrar::top {

namespace {

constexpr auto name_columns_min = std::size_t{14};
/// Of ` section/789e0123-e45b`: enough to tell sections apart.
constexpr auto id_columns_min = std::size_t{24};

/// A column of the table, with what it sorts by.
struct actor_column {
  const char* name;
  std::size_t width;
  actor_sort sort;
  /// Columns are given up from the highest number, where the screen is narrow.
  int importance;
};

constexpr std::array<actor_column, 6> figure_columns{{
  {"STATE", 11, actor_sort::state, 1},
  {"MSG/S", 8, actor_sort::messages, 0},
  {"BUSY", 6, actor_sort::busy, 3},
  {"DEPTH", 7, actor_sort::depth, 2},
  {"WAIT", 8, actor_sort::wait, 4},
  {"RESTARTS", 10, actor_sort::restarts, 5},
}};

/// Those that fit beside a name of at least its smallest width.
std::vector<actor_column> fitting_columns(std::size_t columns) {
  std::vector<actor_column> result{figure_columns.begin(),
                                   figure_columns.end()};
  auto width = [&] {
    auto sum = name_columns_min;
    for (const auto& one : result)
      sum += 1 + one.width;
    return sum;
  };
  while (!result.empty() && width() > columns)
    result.erase(std::max_element(result.begin(), result.end(),
                                  [](const auto& a, const auto& b) {
                                    return a.importance < b.importance;
                                  }));
  return result;
}

/// What is more urgent is higher, as in the service's own order.
int rank_of(std::string_view state) {
  constexpr std::array<std::string_view, 7> urgent_first{
    "stuck",    "quarantined", "stopped", "restarting",
    "degraded", "ended",       "starting"};
  if (state == "running")
    return -1;
  auto found = std::find(urgent_first.begin(), urgent_first.end(), state);
  return static_cast<int>(urgent_first.end() - found);
}

maybe sort_figure(const json& x, actor_sort sort) {
  switch (sort) {
    case actor_sort::messages: return number_at(x, {"messages_per_second"});
    case actor_sort::busy: return number_at(x, {"busy"});
    case actor_sort::depth: return number_at(x, {"depth"});
    case actor_sort::wait: return number_at(x, {"wait_ms"});
    case actor_sort::restarts: return number_at(x, {"restarts"});
    case actor_sort::state: return rank_of(text_at(x, {"state"}));
    case actor_sort::name: break;
  }
  return std::nullopt;
}

/// What it is sorted and filtered by.
std::string full_name(const json& x) {
  auto name = text_at(x, {"name"});
  auto label = text_at(x, {"label"});
  return label.empty() ? name : label + "  " + name;
}

/// A section's course alone, where its id would be cut to nothing of use.
std::string name_for(const json& x, std::size_t columns) {
  auto label = text_at(x, {"label"});
  auto has_room = columns_of(label) + id_columns_min <= columns;
  return label.empty() || has_room ? full_name(x) : label;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char x) {
    return x >= 'A' && x <= 'Z' ? static_cast<char>(x + ('a' - 'A'))
                                : static_cast<char>(x);
  });
  return text;
}

bool is_chosen(const json& x, const view_state& state) {
  auto is_section = text_at(x, {"kind"}) == "section";
  if ((state.kinds == actor_kinds::section && !is_section)
      || (state.kinds == actor_kinds::system && is_section))
    return false;
  return lower(full_name(x)).find(lower(state.filter)) != std::string::npos;
}

/// What an actor is sorted by, read once.
struct sort_key {
  const json* of;
  maybe figure;
  std::string name;
};

std::string cell_of(const json& x, actor_sort which) {
  switch (which) {
    case actor_sort::messages:
      return rate_text(number_at(x, {"messages_per_second"}));
    case actor_sort::busy: return share_text(number_at(x, {"busy"}));
    case actor_sort::depth: return count_text(number_at(x, {"depth"}));
    case actor_sort::wait: return span_text(number_at(x, {"wait_ms"}));
    case actor_sort::restarts: return count_text(number_at(x, {"restarts"}));
    case actor_sort::state: return text_at(x, {"state"});
    case actor_sort::name: break;
  }
  return {};
}

style style_of(const json& x, actor_sort which) {
  if (which == actor_sort::state)
    return style_of_state(text_at(x, {"state"}));
  auto restarts = number_at(x, {"restarts"});
  return which == actor_sort::restarts && restarts.value_or(0) > 0
           ? style::warning
           : style::plain;
}

std::string figures_of(const json& x) {
  std::string result;
  for (const auto& [name, value] : at_path(x, {"figures"}).items())
    if (value.is_number())
      result += (result.empty() ? "" : ", ") + cleaned(name) + " "
                + count_text(value.get<double>());
  return result;
}

/// Its whole name, what it is at, and what has befallen it.
std::string detail_of(const json& x) {
  auto result = text_at(x, {"name"});
  auto add = [&](const std::string& more) {
    if (!more.empty())
      result += "; " + more;
  };
  if (auto at = number_at(x, {"handling_ms"}))
    add("at its message for " + span_text(at));
  if (x.contains("last_restart"))
    add("restarted at " + clock_of(text_at(x, {"last_restart", "at"})) + ": "
        + text_at(x, {"last_restart", "cause"}));
  add(text_at(x, {"last_failure"}));
  add(figures_of(x));
  return result;
}

std::vector<column> columns_for(const view_state& state) {
  auto figures = fitting_columns(state.size.columns);
  std::vector<column> result{{"NAME", state.size.columns, false}};
  for (const auto& one : figures) {
    result.front().width -= std::min(result.front().width, one.width + 1);
    result.push_back({one.name, one.width, one.sort != actor_sort::state});
  }
  return result;
}

/// The names, the sorted column's with a mark.
screen_line actors_heading(const std::vector<column>& columns,
                           const view_state& state) {
  auto figures = fitting_columns(state.size.columns);
  std::vector<span> names;
  for (auto i = std::size_t{0}; i < columns.size(); ++i) {
    auto sort = i == 0 ? actor_sort::name : figures[i - 1].sort;
    std::string name = columns[i].name;
    if (sort == state.sort)
      name += state.is_descending ? "▼" : "▲";
    names.push_back({name, style::heading});
  }
  auto result = row_of(columns, std::move(names));
  for (auto& one : result)
    one.as = style::heading;
  return result;
}

screen_line title_of(const json& content, const view_state& state,
                     std::size_t shown) {
  figure_line result{"Actors", state.size.columns};
  auto total = number_at(content, {"total"});
  auto matching = number_at(content, {"matching"});
  result.add("", count_text(static_cast<double>(shown)) + " of "
                   + count_text(matching ? matching : total)
                   + (matching != total ? " (" + count_text(total) + ")" : ""));
  auto order = std::string{sort_words()[static_cast<std::size_t>(state.sort)]};
  result.add(
    "by", order + (state.is_descending ? ", highest first" : ", lowest first"));
  if (state.kinds != actor_kinds::all)
    result.add("only",
               state.kinds == actor_kinds::section ? "sections" : "system",
               style::strong);
  if (!state.filter.empty())
    result.add("filter", "\"" + state.filter + "\"", style::strong);
  for (const auto& [name, value] : at_path(content, {"by_state"}).items())
    if (value.is_number())
      result.add(cleaned(name), count_text(value.get<double>()),
                 style_of_state(name));
  return result.take();
}

} // namespace

std::vector<const json*> chosen_actors(const json& actors,
                                       const view_state& state) {
  std::vector<sort_key> keys;
  for (const auto& x : list_at(actors, {"actors"}))
    if (x.is_object() && is_chosen(x, state))
      keys.push_back({&x, sort_figure(x, state.sort), full_name(x)});
  std::stable_sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) {
    if (state.sort == actor_sort::name)
      return state.is_descending ? b.name < a.name : a.name < b.name;
    // What is not known is at the end, in either order.
    if (a.figure.has_value() != b.figure.has_value())
      return a.figure.has_value();
    if (!a.figure || *a.figure == *b.figure)
      return a.name < b.name;
    return state.is_descending ? *b.figure < *a.figure : *a.figure < *b.figure;
  });
  std::vector<const json*> result;
  for (const auto& one : keys)
    result.push_back(one.of);
  return result;
}

table actors_table(const documents& from, const view_state& state) {
  const auto& content = from.actors.content;
  auto columns = columns_for(state);
  auto figures = fitting_columns(state.size.columns);
  table result;
  for (const auto* x : chosen_actors(content, state)) {
    std::vector<span> cells{{name_for(*x, columns.front().width)}};
    for (const auto& one : figures)
      cells.push_back({cell_of(*x, one.sort), style_of(*x, one.sort)});
    result.rows.push_back({row_of(columns, std::move(cells)), detail_of(*x)});
  }
  result.title = title_of(content, state, result.rows.size());
  result.heading = actors_heading(columns, state);
  result.nothing
    = content.is_null() ? "The actors are not known yet." : "No actor matches.";
  return result;
}

} // namespace registrar::top
