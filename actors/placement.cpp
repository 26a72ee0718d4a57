#include "actors/placement.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace registrar {

namespace {

/// FNV-1a: the same on every machine, unlike `std::hash`.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t result = 0xcbf29ce484222325;
  for (unsigned char c : text)
    result = (result ^ c) * 0x100000001b3;
  return result;
}

/// Every bit of the result depends on every bit of `x` (splitmix64).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

std::uint64_t lot_of(std::string_view node, std::uint32_t partition) {
  return mixed(hash_of(node) ^ mixed(partition));
}

template <class Predicate>
std::vector<std::string> names_of(const cluster_sight& sight, Predicate is_in) {
  std::vector<std::string> result;
  for (const auto& x : sight.nodes)
    if (x.is_alive && !x.card.is_leaving && is_in(x))
      result.push_back(x.card.name);
  return result;
}

/// Somebody must own what there is, whoever is left.
std::vector<std::string> candidates(const cluster_sight& sight) {
  auto result = names_of(sight, [](const cluster_node& x) {
    return !x.is_drained && !x.card.is_joining;
  });
  if (result.empty())
    result
      = names_of(sight, [](const cluster_node& x) { return !x.is_drained; });
  if (result.empty())
    result = names_of(sight, [](const cluster_node&) { return true; });
  return result;
}

} // namespace

placement place(std::span<const std::string> nodes) {
  placement result;
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    auto best = std::max_element(
      nodes.begin(), nodes.end(), [p](const auto& x, const auto& y) {
        auto of_x = lot_of(x, p), of_y = lot_of(y, p);
        return of_x < of_y || (of_x == of_y && x < y);
      });
    if (best != nodes.end())
      result[p] = *best;
  }
  return result;
}

cluster_view::cluster_view(const node_card& self, const cluster_sight& sight) {
  auto names = candidates(sight);
  should_own_ = place(names);
  has_heir_ = std::any_of(names.begin(), names.end(),
                          [&](const auto& name) { return name != self.name; });
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    const auto& place = sight.partitions[p];
    auto is_ours = place.is_held() && place.owner == self.name;
    held_.set(p, is_ours && place.run == self.run);
    // A lease under our own name is this run's, or a former one's, which ended.
    wanted_.set(p,
                should_own_[p] == self.name && (!place.is_held() || is_ours));
    if (!place.is_held() || is_ours)
      continue;
    auto holds = [&](const cluster_node& x) {
      return x.is_alive && x.card.name == place.owner;
    };
    if (std::any_of(sight.nodes.begin(), sight.nodes.end(), holds))
      holders_[p] = place.owner;
  }
}

} // namespace registrar
