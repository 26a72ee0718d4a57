#include "http/operations/cluster_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

json name_or_null(const std::string& name) {
  return name.empty() ? json(nullptr) : json(name);
}

/// Clocks of two machines may differ by a little.
std::int64_t not_below_zero(std::chrono::milliseconds x) {
  return std::max<std::int64_t>(0, x.count());
}

/// Partitions whose lease a node holds now.
auto held_by(const cluster_sight& x, const std::string& node) {
  return std::count_if(
    x.partitions.begin(), x.partitions.end(),
    [&](const auto& place) { return place.is_held() && place.owner == node; });
}

/// What every list of nodes says.
json node_of(const cluster_sight& x, const cluster_node& node) {
  return {{"name", node.card.name},
          {"http", node.card.http},
          {"cluster", node.card.cluster},
          {"alive", node.is_alive},
          {"heartbeat_age_ms", not_below_zero(node.heartbeat_age)},
          {"partitions", held_by(x, node.card.name)}};
}

json whole_node_of(const cluster_sight& x, const cluster_node& node) {
  auto result = node_of(x, node);
  result["run"] = node.card.run;
  result["protocol"] = node.card.protocol;
  result["joining"] = node.card.is_joining;
  result["leaving"] = node.card.is_leaving;
  result["drained"] = node.is_drained;
  return result;
}

json to_object(std::size_t id, const partition_place& x) {
  return {{"id", id},
          {"owner", x.is_held() ? name_or_null(x.owner) : json(nullptr)},
          {"epoch", x.epoch},
          {"lease_ms", not_below_zero(x.lease_left)}};
}

json to_object(const node_link& x) {
  json result{{"node", x.node}, {"up", x.is_up}};
  if (!x.problem.empty())
    result["problem"] = x.problem;
  return result;
}

json to_object(const partition_move& x) {
  return {{"at", to_rfc3339(x.at)},
          {"partition", x.partition},
          {"from", name_or_null(x.from)},
          {"to", name_or_null(x.to)},
          {"epoch", x.epoch}};
}

template <class Rows>
json rows_of_sight(const Rows& rows) {
  auto result = json::array();
  for (const auto& x : rows)
    result.push_back(to_object(x));
  return result;
}

} // namespace

json nodes_in(const cluster_sight& x) {
  auto result = json::array();
  for (const auto& node : x.nodes)
    result.push_back(node_of(x, node));
  return result;
}

json to_object(const cluster_state& x) {
  json result;
  result["at"] = to_rfc3339(x.at);
  result["node"] = x.node;
  auto& nodes = result["nodes"] = json::array();
  for (const auto& node : x.sight.nodes)
    nodes.push_back(whole_node_of(x.sight, node));
  auto& partitions = result["partitions"] = json::array();
  for (std::size_t i = 0; i < x.sight.partitions.size(); ++i)
    partitions.push_back(to_object(i, x.sight.partitions[i]));
  result["links"] = rows_of_sight(x.links);
  result["moves"] = rows_of_sight(x.moves);
  return result;
}

} // namespace registrar
