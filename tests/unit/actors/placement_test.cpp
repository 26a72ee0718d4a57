#define CAF_SUITE placement

#include "actors/placement.hpp"

#include <cmath>
#include <map>
#include <set>

#include "tests/unit/actors/dsl.hpp"

using namespace registrar;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> nodes(int count, const std::string& prefix = "node-") {
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i)
    result.push_back(prefix + std::to_string(i));
  return result;
}

std::map<std::string, int> shares(const placement& x) {
  std::map<std::string, int> result;
  for (const auto& owner : x)
    ++result[owner];
  return result;
}

cluster_node live(const std::string& name) {
  cluster_node result;
  result.card.name = name;
  result.card.run = name + "'s run";
  result.is_alive = true;
  return result;
}

partition_place held_by(const std::string& name) {
  return {name, name + "'s run", 3s, 7};
}

node_card self_card() {
  return live("a").card;
}

cluster_view view_of(const cluster_sight& sight) {
  return {self_card(), sight};
}

} // namespace

CAF_TEST(nobody owns anything where there is no node) {
  for (const auto& owner : place({}))
    CAF_CHECK_EQUAL(owner, "");
}

CAF_TEST(does not depend on the order of the names) {
  auto some = nodes(5);
  auto before = place(some);
  std::reverse(some.begin(), some.end());
  CAF_CHECK(place(some) == before);
}

CAF_TEST(who joins takes what it owns afterwards and nothing else moves) {
  for (int count = 1; count < 20; ++count) {
    auto before = place(nodes(count));
    auto after = place(nodes(count + 1));
    for (std::uint32_t p = 0; p < partition_count; ++p)
      if (after[p] != "node-" + std::to_string(count))
        CAF_CHECK_EQUAL(after[p], before[p]);
  }
}

CAF_TEST(who leaves leaves everything else where it is) {
  auto all = nodes(6);
  auto before = place(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto rest = all;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    auto after = place(rest);
    for (std::uint32_t p = 0; p < partition_count; ++p)
      if (before[p] != all[i])
        CAF_CHECK_EQUAL(after[p], before[p]);
  }
}

CAF_TEST(every node gets about its share) {
  // Of 1,000 clusters of each size; the lots of one fall as dice do.
  for (int count : {2, 3, 5, 8}) {
    double squares = 0;
    auto fair = double{partition_count} / count;
    for (int cluster = 0; cluster < 1000; ++cluster) {
      auto names = nodes(count, "c" + std::to_string(cluster) + "-");
      auto counts = shares(place(names));
      for (const auto& name : names)
        squares += (counts[name] - fair) * (counts[name] - fair);
    }
    auto deviation = std::sqrt(squares / (1000.0 * count));
    auto expected
      = std::sqrt(partition_count * (1.0 / count) * (1 - 1.0 / count));
    CAF_CHECK(deviation < 1.1 * expected);
    CAF_CHECK(deviation > 0.9 * expected);
  }
}

CAF_TEST(a node alone wants all that nobody holds) {
  cluster_sight sight;
  sight.nodes = {live("a")};
  CAF_CHECK(view_of(sight).wanted().all());
  sight.partitions[3] = held_by("gone");
  auto view = view_of(sight);
  CAF_CHECK(!view.wanted()[3]);
  CAF_CHECK_EQUAL(view.wanted().count(), partition_count - 1);
  CAF_CHECK_EQUAL(view.holder(3), "");
  CAF_CHECK(!view.has_heir());
}

CAF_TEST(what it holds and should not it does not want) {
  cluster_sight sight;
  sight.nodes = {live("a"), live("b")};
  for (auto& x : sight.partitions)
    x = held_by("a");
  auto view = view_of(sight);
  CAF_CHECK(view.held().all());
  CAF_CHECK(view.has_heir());
  for (std::uint32_t p = 0; p < partition_count; ++p)
    CAF_CHECK_EQUAL(view.wanted()[p], view.should_own()[p] == "a");
  CAF_CHECK(view.wanted().any());
  CAF_CHECK(!view.wanted().all());
}

CAF_TEST(what another holds is not wanted until it is let go of) {
  cluster_sight sight;
  sight.nodes = {live("a"), live("b")};
  for (auto& x : sight.partitions)
    x = held_by("b");
  auto view = view_of(sight);
  CAF_CHECK(view.wanted().none());
  for (std::uint32_t p = 0; p < partition_count; ++p)
    CAF_CHECK_EQUAL(view.holder(p), "b");
  for (auto& x : sight.partitions)
    x.lease_left = 0ms;
  CAF_CHECK(view_of(sight).wanted().any());
  CAF_CHECK_EQUAL(view_of(sight).holder(0), "");
}

CAF_TEST(a former run under its own name gives way at once) {
  cluster_sight sight;
  sight.nodes = {live("a")};
  for (auto& x : sight.partitions)
    x = {"a", "a former run", 5s, 7};
  auto view = view_of(sight);
  CAF_CHECK(view.wanted().all());
  CAF_CHECK(view.held().none());
}

CAF_TEST(a node that joins wants nothing and not what its former run held) {
  cluster_sight sight;
  sight.nodes = {live("a"), live("b")};
  sight.nodes[0].card.is_joining = true;
  sight.partitions[3] = {"a", "a former run", 5s, 7};
  cluster_view view{sight.nodes[0].card, sight};
  CAF_CHECK(view.wanted().none());
  CAF_CHECK(view.has_heir());
  cluster_view of_b{sight.nodes[1].card, sight};
  CAF_CHECK(!of_b.wanted()[3]);
  CAF_CHECK_EQUAL(of_b.wanted().count(), partition_count - 1);
  CAF_CHECK(!of_b.has_heir());
}

CAF_TEST(where all join nobody waits for another) {
  cluster_sight sight;
  sight.nodes = {live("a"), live("b"), live("c")};
  for (auto& x : sight.nodes)
    x.card.is_joining = true;
  sight.nodes[2].is_drained = true;
  auto counts = shares(view_of(sight).should_own());
  CAF_CHECK(counts["a"] > 0 && counts["b"] > 0);
  CAF_CHECK_EQUAL(counts["a"] + counts["b"], int{partition_count});
}

CAF_TEST(nodes that are lost or leave or are drained should own nothing) {
  cluster_sight sight;
  sight.nodes = {live("a"), live("b"), live("c"), live("d")};
  sight.nodes[1].is_alive = false;
  sight.nodes[2].card.is_leaving = true;
  sight.nodes[3].is_drained = true;
  for (const auto& owner : view_of(sight).should_own())
    CAF_CHECK_EQUAL(owner, "a");
  // Where all are drained, somebody must.
  sight.nodes[0].is_drained = true;
  auto counts = shares(view_of(sight).should_own());
  CAF_CHECK_EQUAL(counts.size(), 2u);
  CAF_CHECK(counts["a"] > 0 && counts["d"] > 0);
}
