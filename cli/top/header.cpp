#include "cli/top/header.hpp"

#include "config/limits.hpp"
#include "messages/timestamp.hpp"

#include <array>

namespace registrar::top {

namespace {

timestamp to_timestamp(moment at) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(at);
}

std::string clock_at(moment at) {
  return clock_of(to_rfc3339(to_timestamp(at)));
}

std::string age_text(moment now, moment then) {
  return span_text(
    std::chrono::duration<double, std::milli>{now - then}.count());
}

screen_line title_line(const documents& from, std::size_t columns, moment now) {
  const auto& overview = from.overview.content;
  std::string left = "registrar top";
  for (const auto* name : {"name", "version"})
    if (auto text = text_at(overview, {"node", name}); !text.empty())
      left += "  " + text;
  if (auto started = parse_rfc3339(text_at(overview, {"node", "started_at"})))
    left += "  up " + age_text(now, *started);
  auto right = clock_at(now) + " UTC";
  auto room = columns - std::min(columns, columns_of(right) + 1);
  return cut({{to_left(left, room), style::strong}, {" " + right}}, columns);
}

/// Where the service says that it is not ready: what it says is in the way.
std::string obstacles(const json& overview) {
  std::string result;
  for (const auto& x : list_at(overview, {"dependencies"})) {
    if (truth_at(x, {"ready"}) != false)
      continue;
    auto detail = text_at(x, {"detail"});
    result += (result.empty() ? ": " : ", ") + text_at(x, {"name"})
              + (detail.empty() ? "" : " (" + detail + ")");
  }
  if (truth_at(overview, {"journal", "takes_registrations"}) == false)
    result
      += result.empty() ? ": SQL is too far behind" : ", SQL is too far behind";
  return result;
}

screen_line status_line(const documents& from, const view_state& state,
                        moment now) {
  const auto& overview = from.overview.content;
  if (from.is_gone())
    return {{"NO ANSWER since " + clock_at(from.failing_since) + " ("
               + age_text(now, from.failing_since) + ")",
             style::bad},
            {overview.is_null()
               ? std::string{}
               : "; below is what was at " + clock_at(from.at)}};
  if (state.is_paused)
    return {{"PAUSED", style::warning},
            {"; below is what was at " + clock_at(from.at) + ". p goes on."}};
  if (overview.is_null())
    return {{"Waiting for the first answer ...", style::warning}};
  if (truth_at(overview, {"ready"}).value_or(false))
    return {{"ready", style::good}};
  return {{"NOT READY" + obstacles(overview), style::bad}};
}

screen_line registrations_line(const json& overview, std::size_t columns) {
  figure_line result{"registrations/s", columns};
  const auto& rates = at_path(overview, {"rates", "registrations"});
  // What must not be overlooked comes first: a narrow line ends early.
  if (auto rate = number_at(rates, {"undecided"}); rate.value_or(0) > 0)
    result.add("UNDECIDED", rate_text(rate), style::bad);
  for (const auto* name : {"enrolled", "waitlisted", "rejected", "dropped"})
    result.add(name, rate_text(number_at(rates, {name})));
  constexpr std::array<std::pair<const char*, const char*>, 3> rarer{
    {{"already_registered", "already there"},
     {"left_waitlist", "left waitlist"},
     {"not_registered", "not registered"}}};
  for (const auto& [name, text] : rarer)
    if (auto rate = number_at(rates, {name}); rate.value_or(0) > 0)
      result.add(text, rate_text(rate));
  return result.take();
}

screen_line answers_line(const json& overview, std::size_t columns) {
  auto errors = number_at(overview, {"rates", "errors"});
  figure_line result{"answers", columns};
  result.add("p50", span_text(number_at(overview, {"latency", "p50_ms"})))
    .add("p99", span_text(number_at(overview, {"latency", "p99_ms"})))
    .add("in flight", count_text(number_at(overview, {"in_flight"})))
    .add("requests/s", rate_text(number_at(overview, {"rates", "requests"})))
    .add("errors/s", rate_text(errors),
         errors.value_or(0) > 0 ? style::bad : style::plain)
    .add("connections", count_text(number_at(overview, {"connections"})))
    .add("streams", count_text(number_at(overview, {"streams"})));
  return result.take();
}

screen_line journal_line(const json& overview, std::size_t columns) {
  const auto& journal = at_path(overview, {"journal"});
  figure_line result{"journal", columns};
  if (truth_at(journal, {"takes_registrations"}) == false)
    result.add("", "registrations are REFUSED", style::bad);
  result
    .add("SQL lacks", count_text(number_at(journal, {"uncommitted"})) + " of "
                        + count_text(number_at(journal, {"uncommitted_max"})))
    .add("oldest", span_text(number_at(journal, {"oldest_ms"})));
  return result.take();
}

screen_line ledger_line(const json& overview, std::size_t columns) {
  const auto& ledger = at_path(overview, {"ledger"});
  figure_line result{"ledger", columns};
  result.add("steps/s", rate_text(number_at(ledger, {"steps_per_second"})))
    .add("commands/step", rate_text(number_at(ledger, {"commands_per_step"})))
    .add("step", span_text(number_at(ledger, {"step_ms"})));
  return result.take();
}

screen_line process_line(const json& overview, std::size_t columns) {
  const auto& process = at_path(overview, {"process"});
  figure_line result{"process", columns};
  result.add("CPU", share_text(number_at(process, {"cpu"})))
    .add("memory", bytes_text(number_at(process, {"resident_bytes"})));
  auto lost = [&](const char* name, const char* text) {
    auto count = number_at(overview, {name});
    result.add(text, count_text(count),
               count.value_or(0) > 0 ? style::warning : style::plain);
  };
  lost("dead_letters", "dead letters");
  lost("sections_died", "sections died");
  result.add("threads", count_text(number_at(process, {"threads"})))
    .add("files", count_text(number_at(process, {"open_files"})));
  return result.take();
}

screen_line sections_line(const json& overview, std::size_t columns) {
  const auto& sections = at_path(overview, {"sections"});
  figure_line result{"sections", columns};
  for (const auto* name : {"open", "full", "frozen", "inactive"})
    result.add(name, count_text(number_at(sections, {name})));
  result
    .add("seats", count_text(number_at(sections, {"seats_taken"})) + " of "
                    + count_text(number_at(sections, {"seats"})))
    .add("waiting", count_text(number_at(sections, {"waiting"})))
    .add("students", count_text(number_at(overview, {"students"})));
  return result.take();
}

screen_line dependencies_line(const json& overview, std::size_t columns) {
  figure_line result{"depends on", columns};
  for (const auto& x : list_at(overview, {"dependencies"})) {
    auto is_ready = truth_at(x, {"ready"}).value_or(false);
    result.add(text_at(x, {"name"}), is_ready ? "ok" : "DOWN",
               is_ready ? style::good : style::bad);
  }
  return result.take();
}

bool is_alive(const json& node) {
  return truth_at(node, {"alive"}).value_or(false);
}

void add_node(figure_line& to, const json& node) {
  auto where = text_at(node, {"http"});
  auto name = text_at(node, {"name"});
  to.add(name == where || where.empty() ? name : name + " " + where,
         is_alive(node)
           ? count_text(number_at(node, {"partitions"})) + " partitions"
           : "DEAD for " + span_text(number_at(node, {"heartbeat_age_ms"})),
         is_alive(node) ? style::plain : style::bad);
}

/// The dead ones first: a line ends where the screen does.
screen_line nodes_line(const json& overview, std::size_t columns) {
  figure_line result{"nodes", columns};
  for (auto wanted : {false, true})
    for (const auto& x : list_at(overview, {"nodes"}))
      if (is_alive(x) == wanted)
        add_node(result, x);
  return result.take();
}

} // namespace

std::vector<screen_line> header_lines(const documents& from,
                                      const view_state& state, moment now) {
  using make_line = screen_line (*)(const json&, std::size_t);
  // The most telling first: a low screen has the first two only.
  constexpr std::array<make_line, 8> makers{
    registrations_line, answers_line,  journal_line,      ledger_line,
    process_line,       sections_line, dependencies_line, nodes_line};
  constexpr auto half = limits::top_header_lines_min / 2;
  auto lines = state.size.lines;
  auto wanted = lines >= limits::top_header_lines_min ? makers.size()
                : lines >= half                       ? std::size_t{2}
                                                      : std::size_t{0};
  std::vector<screen_line> result{title_line(from, state.size.columns, now),
                                  status_line(from, state, now)};
  if (from.is_gone() && wanted > 0)
    result.push_back({{cleaned(from.failure)}});
  for (auto i = std::size_t{0}; i < wanted; ++i) {
    auto line = makers[i](from.overview.content, state.size.columns);
    result.push_back(from.is_gone()
                       ? in_style(line, style::old, state.size.columns)
                       : std::move(line));
  }
  return result;
}

} // namespace registrar::top
