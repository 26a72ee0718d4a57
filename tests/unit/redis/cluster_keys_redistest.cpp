#include "storage/redis/cluster_registry.hpp"
#include "storage/redis/codec.hpp"
#include "storage/redis/idempotency_store.hpp"
#include "storage/rules/key_rules.hpp"
#include "tests/seed.hpp"
#include "tests/unit/redis/redis_ledger.hpp"

#include <array>
#include <map>
#include <set>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

constexpr timestamp start{1'700'000'000'000ms};

begin_key key(std::uint64_t number = 0) {
  begin_key result;
  result.scope.student = id<student_id>(1);
  result.scope.key = "key " + std::to_string(number);
  result.lease = 4s;
  result.ttl = 24h;
  return result;
}

/// Nodes of the incarnations 1 to 3 on one Redis.
struct cluster_keys {
  cluster_keys() {
    auto address = test_redis();
    empty(address);
    redis = connect(address);
    for (std::uint64_t i = 1; i <= 3; ++i)
      stores.emplace_back(*redis, i, true);
  }

  void live(std::uint64_t incarnation) {
    ask(*redis, "SET", redis_keys::cluster_alive(incarnation), "");
  }

  void die(std::uint64_t incarnation) {
    ask(*redis, "DEL", redis_keys::cluster_alive(incarnation));
  }

  redis_idempotency_store& node(std::uint64_t incarnation) {
    return stores[incarnation - 1];
  }

  key_begun begin(std::uint64_t incarnation, timestamp at) {
    auto one = key();
    auto begun = node(incarnation).begin({&one, 1}, at).at(0);
    REQUIRE_MESSAGE(begun.error.code == ec::none, begun.error.detail);
    return begun;
  }

  key_completed complete(std::uint64_t incarnation, std::uint32_t attempt,
                         const std::string& response) {
    complete_key one;
    one.scope = key().scope;
    one.attempt = attempt;
    one.response = response;
    return node(incarnation).complete({&one, 1}, start + 1s).at(0);
  }

  std::unique_ptr<redis_connection> redis;
  std::vector<redis_idempotency_store> stores;
};

} // namespace

TEST_CASE("a key is in flight at another node that lives, whichever is the "
          "younger, while the lease runs") {
  for (std::uint64_t owner : {1, 3}) {
    cluster_keys here;
    here.live(owner);
    CHECK(here.begin(owner, start).state == key_state::begun);
    auto other = here.begin(2, start + 1s);
    CHECK(other.state == key_state::in_flight);
    CHECK(other.attempt == 1);
    CHECK(other.retry_after == 3s);
    other = here.begin(2, start + 4s);
    CHECK(other.state == key_state::begun);
    CHECK(other.attempt == 2);
    // The loser answers nothing of its own.
    auto late = here.complete(owner, 1, "late");
    CHECK(!late.accepted);
    CHECK(late.response.empty());
    CHECK(here.complete(2, 2, "body").accepted);
    CHECK(here.complete(owner, 1, "late").response == "body");
    CHECK(here.begin(owner, start + 5s).response == "body");
  }
}

TEST_CASE("a key of a node that is dead is taken over at once, whichever is "
          "the younger") {
  for (std::uint64_t owner : {1, 3}) {
    cluster_keys here;
    here.live(owner);
    here.begin(owner, start);
    here.die(owner);
    auto other = here.begin(2, start + 1s);
    CHECK(other.state == key_state::begun);
    CHECK(other.attempt == 2);
    // It comes back, and finds the other at it.
    here.live(2);
    CHECK(here.begin(owner, start + 2s).state == key_state::in_flight);
    CHECK(!here.complete(owner, 1, "late").accepted);
  }
}

TEST_CASE("a node's own keys are in flight without a heartbeat") {
  cluster_keys here;
  here.begin(1, start);
  CHECK(here.begin(1, start + 1s).state == key_state::in_flight);
}

TEST_CASE("a heartbeat keeps a node's keys, and its end lets them go") {
  cluster_keys here;
  redis_options options;
  options.address = test_redis();
  auto registry = must_have(open_redis_cluster_registry(options, 3));
  node_card card;
  card.name = "n3";
  card.run = "run";
  must_have(registry->beat(card, 60s));
  here.begin(3, start);
  CHECK(here.begin(2, start + 1s).state == key_state::in_flight);
  must_have(registry->leave(card));
  CHECK(here.begin(2, start + 1s).attempt == 2);
}

TEST_CASE("outside of a cluster a later run fences an earlier one, and takes "
          "over from it at once, whoever beats") {
  cluster_keys here;
  redis_idempotency_store former{*here.redis, 1};
  redis_idempotency_store later{*here.redis, 2};
  here.live(1);
  here.live(2);
  auto one = key();
  CHECK(former.begin({&one, 1}, start).at(0).attempt == 1);
  CHECK(later.begin({&one, 1}, start + 1s).at(0).attempt == 2);
  CHECK(former.begin({&one, 1}, start + 2s).at(0).error.code == ec::fenced);
  CHECK(former.begin({&one, 1}, start + 9s).at(0).error.code == ec::fenced);
}

TEST_CASE("several nodes begin and complete keys as the rules say, while they "
          "come and go") {
  std::map<key_state, int> taken;
  int taken_over = 0;
  auto count = rounds(20);
  for (std::uint64_t round = 0; round < count; ++round) {
    INFO("seed ", seed(), ", round ", round);
    random_source random{round};
    cluster_keys here;
    std::set<std::uint64_t> alive;
    std::vector<key_rules> rules;
    for (std::uint64_t i = 1; i <= 3; ++i)
      rules.emplace_back(i, [&](std::uint64_t x) { return alive.contains(x); });
    std::map<std::string, std::optional<key_record>> records;
    std::map<std::string, std::uint32_t> attempts;
    auto now = start;
    for (int step = 0; step < 60; ++step) {
      INFO("step ", step);
      now += std::chrono::milliseconds{random.below(1500)};
      auto which = 1 + random.below(3);
      if (random.one_in(4)) {
        if (alive.insert(which).second) {
          here.live(which);
        } else {
          alive.erase(which);
          here.die(which);
        }
        continue;
      }
      auto one = key(random.below(3));
      auto& record = records[one.scope.key];
      if (random.one_in(3)) {
        complete_key end;
        end.scope = one.scope;
        end.attempt = attempts[one.scope.key];
        end.keep = random.one_in(4);
        end.response = end.keep ? std::to_string(step) : "";
        auto expected = rules[which - 1].complete(record, end, now);
        REQUIRE(here.node(which).complete({&end, 1}, now).at(0) == expected);
        continue;
      }
      one.fingerprint[31] = random.one_in(8) ? 1 : 0;
      auto expected = rules[which - 1].begin(record, one, now);
      REQUIRE(here.node(which).begin({&one, 1}, now).at(0) == expected);
      attempts[one.scope.key] = expected.attempt;
      ++taken[expected.state];
      taken_over += expected.state == key_state::begun && expected.attempt > 1;
    }
  }
  for (auto state : {key_state::begun, key_state::in_flight, key_state::stored,
                     key_state::mismatch})
    CHECK(taken[state] > 0);
  CHECK(taken_over > 0);
}
