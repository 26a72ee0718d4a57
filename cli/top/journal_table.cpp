#include "cli/top/table.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace registrar::top {

namespace {

constexpr std::array<column, 7> worker_columns{{{"WORKER", 17, false},
                                                {"STATE", 11, false},
                                                {"OLDEST", 8},
                                                {"WAITING", 8},
                                                {"HELD", 6},
                                                {"WRITTEN", 10},
                                                {"FAILURES", 9}}};
constexpr std::array<column, 5> partition_columns{{{"PARTITION", 9},
                                                   {"OWNER", 21, false},
                                                   {"EPOCH", 6},
                                                   {"LEASE", 7, false},
                                                   {"LACKING", 10}}};

std::string worker_detail(const json& x) {
  auto result = text_at(x, {"name"}) + ":";
  if (auto failure = text_at(x, {"last_failure"}); !failure.empty())
    result += " " + failure + ";";
  for (const auto& [name, value] : at_path(x, {"figures"}).items())
    if (value.is_number())
      result += " " + cleaned(name) + " " + count_text(value.get<double>());
  return result;
}

table_row worker_row(const json& x) {
  auto figure = [&](const char* name) {
    return span{count_text(number_at(x, {"figures", name}))};
  };
  auto state = text_at(x, {"state"});
  auto failures = figure("failures");
  if (number_at(x, {"figures", "failures"}).value_or(0) > 0)
    failures.as = style::warning;
  return {row_of(worker_columns, {{text_at(x, {"name"})},
                                  {state, style_of_state(state)},
                                  {span_text(number_at(x, {"oldest_ms"}))},
                                  figure("waiting"),
                                  figure("held"),
                                  figure("written"),
                                  std::move(failures)}),
          worker_detail(x)};
}

table_row partition_row(const json& x) {
  auto is_held = truth_at(x, {"lease_held"});
  auto lacking = number_at(x, {"uncommitted"});
  auto id = count_text(number_at(x, {"id"}));
  auto owner = text_at(x, {"owner"});
  return {row_of(partition_columns,
                 {{id},
                  {owner.empty() ? "nobody" : owner,
                   owner.empty() ? style::bad : style::plain},
                  {count_text(number_at(x, {"epoch"}))},
                  {!is_held   ? "-"
                   : *is_held ? "held"
                              : "LOST",
                   is_held.value_or(true) ? style::plain : style::bad},
                  {count_text(lacking)}}),
          "partition " + id + ": SQL lacks " + count_text(lacking)
            + " entries"};
}

/// Those that nobody may write to first, then the one that lacks most.
std::vector<const json*> by_lag(const json& partitions) {
  std::vector<const json*> result;
  for (const auto& x : partitions)
    if (x.is_object())
      result.push_back(&x);
  auto lag_of = [](const json& x) {
    return std::tuple{truth_at(x, {"lease_held"}).value_or(true),
                      -number_at(x, {"uncommitted"}).value_or(0),
                      number_at(x, {"id"}).value_or(0)};
  };
  std::stable_sort(
    result.begin(), result.end(),
    [&](const json* a, const json* b) { return lag_of(*a) < lag_of(*b); });
  return result;
}

screen_line title_of(const json& content, std::size_t columns) {
  figure_line result{"Journal", columns};
  result.add("SQL lacks",
             count_text(number_at(content, {"uncommitted"})) + " of at most "
               + count_text(number_at(content, {"uncommitted_max"})));
  result.add("oldest", span_text(number_at(content, {"oldest_ms"})));
  auto may = [&](const char* name, const char* what) {
    if (auto takes = truth_at(content, {name}))
      result.add(what, *takes ? "taken" : "REFUSED",
                 *takes ? style::plain : style::bad);
  };
  may("takes_registrations", "registrations");
  may("takes_drops", "drops");
  return result.take();
}

} // namespace

table journal_table(const documents& from, const view_state& state) {
  const auto& content = from.journal.content;
  table result;
  result.title = title_of(content, state.size.columns);
  result.heading = heading_of(worker_columns);
  result.nothing = content.is_null() ? "The journal is not known yet."
                                     : "The journal has no workers.";
  for (const auto& x : list_at(content, {"workers"}))
    if (x.is_object())
      result.rows.push_back(worker_row(x));
  auto partitions = by_lag(list_at(content, {"partitions"}));
  if (!partitions.empty())
    result.rows.push_back({heading_of(partition_columns), ""});
  for (const auto* x : partitions)
    result.rows.push_back(partition_row(*x));
  return result;
}

} // namespace registrar::top
