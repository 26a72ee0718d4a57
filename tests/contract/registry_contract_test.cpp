#include "tests/contract/registry_world.hpp"
#include "tests/contract/side.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

/// Longer than a test takes, whatever the machine.
constexpr auto ttl = 60s;

node_card card_of(const std::string& name, const std::string& run = "run") {
  node_card result;
  result.name = name;
  result.run = name + "-" + run;
  result.http = "127.0.0.1:1" + name.substr(1);
  result.cluster = "127.0.0.1:2" + name.substr(1);
  return result;
}

std::vector<std::string> names_of(const cluster_sight& seen) {
  std::vector<std::string> result;
  for (const auto& node : seen.nodes)
    result.push_back(node.card.name);
  return result;
}

using names = std::vector<std::string>;

struct two_nodes {
  two_nodes() {
    must(n1->beat(card_of("n1"), ttl));
    must(n2->beat(card_of("n2"), ttl));
  }

  std::unique_ptr<registry_world> world = make_registry_world();
  std::unique_ptr<cluster_registry> n1 = world->open(1);
  std::unique_ptr<cluster_registry> n2 = world->open(2);
};

} // namespace

TEST_CASE("a registry of nobody shows nobody, and partitions of nobody") {
  auto world = make_registry_world();
  auto seen = must(world->open(1)->look());
  CHECK(seen.nodes.empty());
  for (const auto& place : seen.partitions)
    CHECK(place == partition_place{});
}

TEST_CASE("nodes that beat see themselves and each other, by name") {
  auto world = make_registry_world();
  auto n2 = world->open(1);
  auto n1 = world->open(2);
  auto card = card_of("n2");
  card.protocol = 7;
  card.is_leaving = true;
  CHECK(names_of(must(n2->beat(card, ttl))) == names{"n2"});
  auto seen = must(n1->beat(card_of("n1"), ttl));
  REQUIRE(names_of(seen) == names{"n1", "n2"});
  CHECK(seen.nodes[0].card == card_of("n1"));
  CHECK(seen.nodes[1].card == card);
  for (const auto& node : seen.nodes) {
    CHECK(node.is_alive);
    CHECK(!node.is_drained);
    CHECK(node.heartbeat_age < ttl);
  }
  CHECK(names_of(must(n2->look())) == names{"n1", "n2"});
}

TEST_CASE("a node that joins is told from one that leaves") {
  auto world = make_registry_world();
  auto card = card_of("n1");
  card.is_joining = true;
  auto node = world->open(1);
  CHECK(must(node->beat(card, ttl)).nodes.at(0).card == card);
  card.is_joining = false;
  CHECK(must(node->beat(card, ttl)).nodes.at(0).card == card);
}

TEST_CASE("a node may leave empty where it serves") {
  auto world = make_registry_world();
  node_card card;
  card.name = "n1";
  card.run = "run";
  auto seen = must(world->open(1)->beat(card, ttl));
  REQUIRE(seen.nodes.size() == 1);
  CHECK(seen.nodes[0].card == card);
}

TEST_CASE("a heartbeat ages, and a node that stays silent for its ttl is dead "
          "until it beats again") {
  two_nodes here;
  here.world->pass(40s);
  auto seen = must(here.n2->beat(card_of("n2"), ttl));
  CHECK(seen.nodes[0].heartbeat_age >= 40s);
  CHECK(seen.nodes[0].is_alive);
  CHECK(seen.nodes[1].heartbeat_age < 40s);
  CHECK(here.world->is_alive(1));
  here.world->pass(30s);
  seen = must(here.n2->look());
  CHECK(seen.nodes[0].heartbeat_age >= 70s);
  CHECK(!seen.nodes[0].is_alive);
  CHECK(seen.nodes[1].is_alive);
  CHECK(!here.world->is_alive(1));
  CHECK(here.world->is_alive(2));
  CHECK(must(here.n1->beat(card_of("n1"), ttl)).nodes[0].is_alive);
  CHECK(here.world->is_alive(1));
}

TEST_CASE("a younger run takes the name over at once, and the older one is "
          "refused from then on") {
  two_nodes here;
  auto younger = here.world->open(3);
  auto card = card_of("n1", "later");
  card.http = "127.0.0.1:9";
  auto seen = must(younger->beat(card, ttl));
  REQUIRE(names_of(seen) == names{"n1", "n2"});
  CHECK(seen.nodes[0].card == card);
  CHECK(!here.world->is_alive(1));
  for (int i = 0; i < 2; ++i) {
    auto refused = here.n1->beat(card_of("n1"), ttl);
    REQUIRE(!refused);
    CHECK(refused.error().code == ec::store_locked);
    CHECK(refused.error().detail
          == "Another server runs under the name n1 and serves on "
             "127.0.0.1:9; give each server of a cluster a name of its own "
             "with --node.");
  }
  // On whatever connection.
  CHECK(!here.world->open(1)->beat(card_of("n1"), ttl));
  CHECK(!here.world->is_alive(1));
  // Nor does it take the younger one out.
  must(here.n1->leave(card_of("n1")));
  CHECK(must(younger->beat(card, ttl)).nodes[0].card == card);
}

TEST_CASE("a node that leaves is gone, and may come again") {
  two_nodes here;
  must(here.n1->leave(card_of("n1")));
  CHECK(names_of(must(here.n2->look())) == names{"n2"});
  CHECK(!here.world->is_alive(1));
  must(here.n1->leave(card_of("n1")));
  CHECK(names_of(must(here.n1->beat(card_of("n1"), ttl))) == names{"n1", "n2"});
}

TEST_CASE("a node is drained until it is taken back, over restarts and stops") {
  two_nodes here;
  must(here.n2->set_drained("n1", true));
  must(here.n2->set_drained("n1", true));
  auto seen = must(here.n2->look());
  CHECK(seen.nodes[0].is_drained);
  CHECK(!seen.nodes[1].is_drained);
  auto restarted = here.world->open(3);
  auto card = card_of("n1", "later");
  CHECK(must(restarted->beat(card, ttl)).nodes[0].is_drained);
  must(restarted->leave(card));
  seen = must(here.n2->look());
  REQUIRE(names_of(seen) == names{"n1", "n2"});
  CHECK(seen.nodes[0].is_drained);
  CHECK(!seen.nodes[0].is_alive);
  CHECK(must(restarted->beat(card, ttl)).nodes[0].is_drained);
  must(here.n2->set_drained("n1", false));
  CHECK(!must(restarted->beat(card, ttl)).nodes[0].is_drained);
}

TEST_CASE("a node that nobody knows cannot be drained") {
  two_nodes here;
  for (auto is_drained : {true, false}) {
    auto refused = here.n1->set_drained("n3", is_drained);
    REQUIRE(!refused);
    CHECK(refused.error().code == ec::not_found);
    CHECK(refused.error().detail == "The cluster knows no node n3.");
  }
}

TEST_CASE("a node that is silent for a day is forgotten, drained or not") {
  two_nodes here;
  must(here.n2->set_drained("n1", true));
  here.world->pass(23h);
  CHECK(names_of(must(here.n2->beat(card_of("n2"), ttl))) == names{"n1", "n2"});
  here.world->pass(1h);
  // Left out before anybody takes it out.
  here.world->pass(1min);
  CHECK(names_of(must(here.n2->look())) == names{"n2"});
  CHECK(names_of(must(here.n2->beat(card_of("n2"), ttl))) == names{"n2"});
  CHECK(!here.n2->set_drained("n1", false));
  auto again = must(here.n1->beat(card_of("n1"), ttl));
  REQUIRE(names_of(again) == names{"n1", "n2"});
  CHECK(!again.nodes[0].is_drained);
}

TEST_CASE("whoever looks sees who holds which partition, and its epoch") {
  two_nodes here;
  here.world->place(0, {"n1", "n1-run", ttl, 3});
  here.world->place(63, {"n2", "n2-run", 0ms, 9'007'199'254'740'993ULL});
  for (const auto& seen :
       {must(here.n1->look()), must(here.n2->beat(card_of("n2"), ttl))}) {
    const auto& first = seen.partitions[0];
    CHECK(first.owner == "n1");
    CHECK(first.run == "n1-run");
    CHECK(first.epoch == 3);
    CHECK(first.is_held());
    CHECK(first.lease_left <= ttl);
    const auto& last = seen.partitions[63];
    CHECK(last.owner == "n2");
    CHECK(!last.is_held());
    CHECK(last.epoch == 9'007'199'254'740'993ULL);
    CHECK(seen.partitions[1] == partition_place{});
  }
}
