#include "storage/redis/admission.hpp"

#include "storage/redis/cluster_registry.hpp"
#include "storage/redis/ledger_stores.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

namespace registrar {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto poll_period = 200ms;

/// What speaks against the start, and how long unless it is renewed.
struct obstacle {
  milliseconds left{0};
  std::string sentence;
};

using obstacle_or_none = fallible<std::optional<obstacle>>;

obstacle of_node(const cluster_node& node, std::string sentence) {
  return {limits::node_ttl - node.heartbeat_age, std::move(sentence)};
}

std::string where(const std::string& url) {
  return url.empty() ? std::string{} : " and serves on " + url;
}

std::string not_alone(const node_card& node) {
  return "The node " + node.name + " of a cluster shares this ledger"
         + where(node.http) + "; stop the cluster first";
}

std::string is_alone(const lease_in_force& lease) {
  return "The server " + lease.holder + " holds this ledger alone"
         + where(lease.url)
         + "; stop it first, or start it with --cluster-listen too.";
}

std::string cannot_talk(const node_card& node) {
  return "The node " + node.name + " speaks version "
         + std::to_string(node.protocol)
         + " of the cluster's protocol, and this server version "
         + std::to_string(cluster_protocol)
         + "; nodes may be one apart: upgrade one step at a time.";
}

obstacle_or_none against_single(const redis_options& options,
                                const std::string& name,
                                const cluster_sight& seen) {
  auto lease = read_redis_lease(
    options, [&](auto holder, auto) { return holder == name; });
  if (!lease)
    return lease.error();
  if (*lease)
    return std::optional{obstacle{(*lease)->left, to_sentence(**lease)}};
  for (const auto& node : seen.nodes)
    if (node.is_alive && node.card.name != name)
      return std::optional{
        of_node(node, not_alone(node.card)
                        + ", or start this server with --cluster-listen too.")};
  return std::optional<obstacle>{};
}

obstacle_or_none against_node(const redis_options& options,
                              const std::string& name,
                              const cluster_sight& seen) {
  for (const auto& node : seen.nodes)
    if (node.is_alive && node.card.name != name
        && !can_talk(node.card.protocol, cluster_protocol))
      return std::optional{of_node(node, cannot_talk(node.card))};
  auto is_of_node = [&](std::string_view holder, std::string_view run) {
    return std::any_of(seen.nodes.begin(), seen.nodes.end(),
                       [&](const cluster_node& node) {
                         return node.card.name == holder
                                && (node.is_alive || node.card.run == run);
                       });
  };
  auto lease = read_redis_lease(options, [&](auto holder, auto run) {
    return holder == name || is_of_node(holder, run);
  });
  if (!lease)
    return lease.error();
  if (!*lease)
    return std::optional<obstacle>{};
  return std::optional{obstacle{(*lease)->left, is_alone(**lease)}};
}

} // namespace

fallible<done> await_redis_ledger(const redis_options& options,
                                  const std::string& name) {
  // It only looks: no run of its own.
  auto registry = open_redis_cluster_registry(options, 0);
  if (!registry)
    return registry.error();
  std::map<std::string, milliseconds> least;
  for (;;) {
    auto seen = (*registry)->look();
    if (!seen)
      return seen.error();
    auto found = (options.is_clustered ? against_node
                                       : against_single)(options, name, *seen);
    if (!found)
      return found.error();
    if (!*found)
      return done{};
    const auto& [left, sentence] = **found;
    auto [before, is_new] = least.emplace(sentence, left);
    if (!is_new && left > before->second)
      return {ec::store_locked, sentence};
    before->second = left;
    std::this_thread::sleep_for(poll_period);
  }
}

fallible<done> expect_no_node(const redis_options& options) {
  auto registry = open_redis_cluster_registry(options, 0);
  if (!registry)
    return registry.error();
  auto seen = (*registry)->look();
  if (!seen)
    return seen.error();
  for (const auto& node : seen->nodes)
    if (node.is_alive)
      return {ec::store_locked, not_alone(node.card) + "."};
  return done{};
}

} // namespace registrar
