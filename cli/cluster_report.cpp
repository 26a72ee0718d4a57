#include "cli/cluster_report.hpp"

#include "cli/top/number_text.hpp"
#include "cli/top/text_columns.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace registrar {

namespace {

using json = nlohmann::json;
using cells = std::vector<std::string>;

constexpr auto nobody = "nobody";
constexpr std::size_t moves_shown = 10;

const json& list_in(const json& from, const char* name) {
  static const auto none = json::array();
  auto found = from.find(name);
  return found != from.end() && found->is_array() ? *found : none;
}

bool is_set(const json& from, const char* name) {
  auto found = from.find(name);
  return found != from.end() && found->is_boolean() && found->get<bool>();
}

std::uint64_t number_in(const json& from, const char* name) {
  auto found = from.find(name);
  if (found == from.end() || !found->is_number_integer() || *found < 0)
    return 0;
  return found->get<std::uint64_t>();
}

bool is_lost(const json& node) {
  return !is_set(node, "alive") && !is_set(node, "leaving");
}

std::string state_of(const json& node) {
  std::string result = is_set(node, "leaving")   ? "leaving"
                       : is_set(node, "joining") ? "joining"
                                                 : "alive";
  if (!is_set(node, "alive"))
    result = is_set(node, "leaving") ? "left" : "lost";
  if (is_set(node, "drained"))
    return result == "alive" ? "drained" : result + ", drained";
  return result;
}

/// Rows with each column as wide as its widest cell.
std::string aligned(const std::vector<cells>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& x : rows)
    for (std::size_t i = 0; i < x.size(); ++i)
      widths[i] = std::max(widths[i], top::columns_of(x[i]));
  std::string result;
  for (const auto& x : rows) {
    for (std::size_t i = 0; i + 1 < x.size(); ++i)
      result += top::to_left(x[i], widths[i]) + "  ";
    result += x.back() + '\n';
  }
  return result;
}

std::string nodes_table(const json& state) {
  std::vector<cells> rows{
    {"NODE", "STATE", "HTTP", "CLUSTER", "HEARTBEAT", "PARTITIONS"}};
  for (const auto& x : list_in(state, "nodes"))
    rows.push_back(
      {text_in(x, "name", "-"), state_of(x), text_in(x, "http", "-"),
       text_in(x, "cluster", "-"),
       top::span_text(static_cast<double>(number_in(x, "heartbeat_age_ms"))),
       std::to_string(number_in(x, "partitions"))});
  return aligned(rows);
}

/// What one owner has: numbers of partitions, in order, and their epochs.
struct holding {
  std::vector<std::uint64_t> partitions;
  std::uint64_t least_epoch = 0;
  std::uint64_t most_epoch = 0;
};

std::string from_to(std::uint64_t least, std::uint64_t most) {
  auto result = std::to_string(least);
  return least == most ? result : result + "-" + std::to_string(most);
}

/// `0-3, 7`.
std::string ranges_of(const std::vector<std::uint64_t>& numbers) {
  std::string result;
  for (std::size_t i = 0; i < numbers.size();) {
    auto last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1)
      ++last;
    result += (i == 0 ? "" : ", ") + from_to(numbers[i], numbers[last]);
    i = last + 1;
  }
  return result;
}

/// By owner; the empty name, nobody's, comes first.
std::map<std::string, holding> holdings_in(const json& state) {
  std::map<std::string, holding> result;
  for (const auto& x : list_in(state, "partitions")) {
    auto& to = result[text_in(x, "owner", "")];
    auto epoch = number_in(x, "epoch");
    auto is_first = to.partitions.empty();
    to.least_epoch = is_first ? epoch : std::min(to.least_epoch, epoch);
    to.most_epoch = is_first ? epoch : std::max(to.most_epoch, epoch);
    to.partitions.push_back(number_in(x, "id"));
  }
  return result;
}

std::string partitions_table(const json& state) {
  std::vector<cells> rows{{"OWNER", "EPOCHS", "PARTITIONS"}};
  for (const auto& [owner, x] : holdings_in(state))
    rows.push_back({owner.empty() ? nobody : owner,
                    from_to(x.least_epoch, x.most_epoch),
                    ranges_of(x.partitions)});
  return aligned(rows);
}

std::string summary_of(const json& state) {
  const auto& nodes = list_in(state, "nodes");
  const auto& partitions = list_in(state, "partitions");
  auto lost = std::count_if(nodes.begin(), nodes.end(), is_lost);
  auto held = std::count_if(partitions.begin(), partitions.end(), [](auto& x) {
    return !text_in(x, "owner", "").empty();
  });
  return std::to_string(nodes.size()) + " nodes, "
         + (lost > 0 ? std::to_string(lost) + " lost" : "none lost") + "; "
         + std::to_string(held) + " of " + std::to_string(partitions.size())
         + " partitions owned; " + text_in(state, "node", "somebody")
         + " says so at " + text_in(state, "at", "-") + ".\n";
}

std::string links_down(const json& state) {
  std::string result;
  for (const auto& x : list_in(state, "links"))
    if (!is_set(x, "up"))
      result += "  to " + text_in(x, "node", "-") + ": "
                + text_in(x, "problem", "down") + '\n';
  return result.empty() ? result
                        : "\nLinks that are down, from "
                            + text_in(state, "node", "-") + ":\n" + result;
}

std::string last_moves(const json& state) {
  const auto& moves = list_in(state, "moves");
  if (moves.empty())
    return "";
  std::vector<cells> rows{{"MOVED AT", "PARTITION", "FROM", "TO", "EPOCH"}};
  for (std::size_t i = 0; i < std::min(moves.size(), moves_shown); ++i)
    rows.push_back({text_in(moves[i], "at", "-"),
                    std::to_string(number_in(moves[i], "partition")),
                    text_in(moves[i], "from", nobody),
                    text_in(moves[i], "to", nobody),
                    std::to_string(number_in(moves[i], "epoch"))});
  return '\n' + aligned(rows);
}

} // namespace

std::string text_in(const json& from, const char* name,
                    const std::string& otherwise) {
  if (!from.is_object())
    return otherwise;
  auto found = from.find(name);
  return found != from.end() && found->is_string()
           ? top::cleaned(found->get<std::string>())
           : otherwise;
}

bool is_whole(const json& state) {
  const auto& nodes = list_in(state, "nodes");
  const auto& partitions = list_in(state, "partitions");
  return std::none_of(nodes.begin(), nodes.end(), is_lost)
         && !partitions.empty()
         && std::none_of(
           partitions.begin(), partitions.end(),
           [](const auto& x) { return text_in(x, "owner", "").empty(); });
}

std::string cluster_report(const json& state) {
  return summary_of(state) + '\n' + nodes_table(state) + '\n'
         + partitions_table(state) + links_down(state) + last_moves(state);
}

} // namespace registrar
