#include "cli/top/table.hpp"

#include <algorithm>

namespace registrar::top {

namespace {

constexpr auto when_columns = std::size_t{14};
constexpr auto who_columns = std::size_t{14};
constexpr auto action_columns = std::size_t{22};
constexpr auto rest_columns_min = std::size_t{10};

/// Subject and reason share what the others leave.
std::vector<column> columns_for(std::size_t columns) {
  auto fixed = when_columns + who_columns + action_columns + 4;
  auto rest = std::max(columns, fixed + 2 * rest_columns_min) - fixed;
  return {{"WHEN (UTC)", when_columns, false},
          {"WHO", who_columns, false},
          {"ACT", action_columns, false},
          {"SUBJECT", rest / 2, false},
          {"WHY", rest - rest / 2, false}};
}

table_row row_of_act(const json& x, const std::vector<column>& columns,
                     bool is_pending) {
  auto subject = text_at(x, {"subject"});
  auto reason = text_at(x, {"reason"});
  auto detail = text_at(x, {"detail"});
  auto when = day_and_clock_of(text_at(x, {"at"}));
  auto as = is_pending ? style::warning : style::plain;
  auto sentence = subject + ": " + reason;
  if (!detail.empty())
    sentence += "; " + detail;
  if (is_pending)
    sentence = "Not in the audit log yet: " + sentence;
  return {row_of(columns, {{is_pending ? "pending" : when, as},
                           {text_at(x, {"who"})},
                           {text_at(x, {"action"})},
                           {subject},
                           {reason}}),
          sentence};
}

} // namespace

table acts_table(const documents& from, const view_state& state) {
  const auto& content = from.acts.content;
  auto columns = columns_for(state.size.columns);
  table result;
  auto add = [&](const char* list, bool is_pending) {
    for (const auto& x : list_at(content, {list}))
      if (x.is_object())
        result.rows.push_back(row_of_act(x, columns, is_pending));
  };
  add("pending", true);
  auto pending = result.rows.size();
  add("acts", false);
  figure_line title{"Acts", state.size.columns};
  title.add("",
            count_text(static_cast<double>(result.rows.size() - pending))
              + (at_path(content, {"next_cursor"}).is_string() ? " newest"
                                                               : " in all"));
  if (pending > 0)
    title.add("not in the audit log yet",
              count_text(static_cast<double>(pending)), style::warning);
  result.title = title.take();
  result.heading = heading_of(columns);
  result.nothing = content.is_null() ? "The acts are not known yet."
                                     : "Nobody has acted yet.";
  return result;
}

} // namespace registrar::top
