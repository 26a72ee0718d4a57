#include "storage/redis/admission.hpp"

#include "storage/redis/cluster_registry.hpp"
#include "tests/unit/redis/redis_ledger.hpp"

#include <atomic>
#include <thread>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

node_card card_of(const std::string& name) {
  node_card result;
  result.name = name;
  result.run = name + "-run";
  result.http = "127.0.0.1:18080";
  return result;
}

/// Calls something again and again, until it goes.
template <class Renew>
class renewed {
public:
  explicit renewed(Renew renew) : renew_(std::move(renew)) {
    renew_();
    thread_ = std::thread{[this] {
      while (!is_over_) {
        renew_();
        std::this_thread::sleep_for(50ms);
      }
    }};
  }

  ~renewed() {
    is_over_ = true;
    thread_.join();
  }

private:
  Renew renew_;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

struct ledger_with_others : redis_ledger {
  fallible<done> await(const std::string& name, bool is_clustered) {
    auto wanted = options;
    wanted.is_clustered = is_clustered;
    return await_redis_ledger(wanted, name);
  }

  void refuse(const std::string& name, bool is_clustered,
              const std::string& sentence) {
    auto refused = await(name, is_clustered);
    REQUIRE(!refused);
    CHECK(refused.error().code == ec::store_locked);
    CHECK(refused.error().detail == sentence);
  }

  /// Some partition's, not the first.
  void hold(const std::string& holder, std::chrono::milliseconds ttl,
            const std::string& run = "run") {
    auto clock = ask(*side, "TIME");
    auto until
      = clock[0][0].number() * 1000 + clock[0][1].number() / 1000 + ttl.count();
    ask(*side, "HSET", redis_keys::lease(41), "holder", holder, "run", run,
        "until", until, "url", "http://127.0.0.1:18080");
  }

  void beat(const node_card& card,
            std::chrono::milliseconds ttl = limits::node_ttl) {
    must_have(registry->beat(card, ttl));
  }

  std::unique_ptr<cluster_registry> registry
    = must_have(open_redis_cluster_registry(options, 1));
};

} // namespace

TEST_CASE("a free ledger keeps nobody waiting") {
  ledger_with_others here;
  CHECK(bool(here.await("n1", false)));
  CHECK(bool(here.await("n1", true)));
}

TEST_CASE("the lease that lasts longest counts, on whichever partition") {
  ledger_with_others here;
  ledger_claim one{"one"};
  const std::uint32_t first[] = {0};
  REQUIRE(bool(take_leases(*here.side, one, first, 1s)));
  here.hold("two", 60s);
  auto lease = must_have(read_lease(*here.side));
  REQUIRE(bool(lease));
  CHECK(lease->holder == "two");
  CHECK(lease->left > 1s);
  lease = must_have(
    read_lease(*here.side, [](auto holder, auto) { return holder == "two"; }));
  REQUIRE(bool(lease));
  CHECK(lease->holder == "one");
}

TEST_CASE("a single server waits for a lease that ends, and is refused by one "
          "that is renewed") {
  ledger_with_others here;
  here.hold("other", 500ms);
  auto began = std::chrono::steady_clock::now();
  CHECK(bool(here.await("n1", false)));
  CHECK(std::chrono::steady_clock::now() - began >= 300ms);
  renewed holder{[&] { here.hold("other", 6s); }};
  here.refuse("n1", false,
              "The server other holds this ledger and serves on "
              "http://127.0.0.1:18080; stop it first, or use another Redis and "
              "SQL database.");
}

TEST_CASE("a lease under our own name keeps nobody waiting") {
  ledger_with_others here;
  here.hold("n1", 60s);
  here.beat(card_of("n1"), 60s);
  CHECK(bool(here.await("n1", false)));
  CHECK(bool(here.await("n1", true)));
  CHECK_MESSAGE(must_have(read_lease(*here.side)), "it waited for its end");
}

TEST_CASE("a single server is refused by a live node that holds nothing, and "
          "waits for one that is silent") {
  ledger_with_others here;
  here.beat(card_of("n2"), 500ms);
  CHECK(bool(here.await("n1", false)));
  CHECK(!must_have(here.registry->look()).nodes.at(0).is_alive);
  renewed node{[&] { here.beat(card_of("n2")); }};
  here.refuse("n1", false,
              "The node n2 of a cluster shares this ledger and serves on "
              "127.0.0.1:18080; stop the cluster first, or start this server "
              "with --cluster-listen too.");
}

TEST_CASE("a node that joins waits for no lease of another node, dead or "
          "alive") {
  ledger_with_others here;
  auto card = card_of("n2");
  here.beat(card, 60s);
  here.hold("n2", 60s, "of whichever run");
  CHECK(bool(here.await("n1", true)));
  here.beat(card, 1ms);
  here.hold("n2", 60s, card.run);
  CHECK(bool(here.await("n1", true)));
  CHECK_MESSAGE(must_have(read_lease(*here.side)), "it waited for its end");
}

TEST_CASE("a node is refused by a server that holds the ledger alone, and "
          "waits where that one has ended") {
  ledger_with_others here;
  here.beat(card_of("n2"), 60s);
  here.hold("other", 500ms);
  CHECK(bool(here.await("n1", true)));
  renewed holder{[&] { here.hold("other", 6s); }};
  here.refuse("n1", true,
              "The server other holds this ledger alone and serves on "
              "http://127.0.0.1:18080; stop it first, or start it with "
              "--cluster-listen too.");
}

TEST_CASE("a node joins those that are one version apart, and no others") {
  ledger_with_others here;
  auto card = card_of("n2");
  card.protocol = cluster_protocol + 1;
  here.beat(card, 60s);
  CHECK(bool(here.await("n1", true)));
  card.protocol = cluster_protocol + 2;
  // Of our own name it is a former run, which ends.
  here.beat(card, 60s);
  CHECK(bool(here.await("n2", true)));
  here.beat(card, 500ms);
  CHECK(bool(here.await("n1", true)));
  renewed node{[&] { here.beat(card); }};
  here.refuse("n1", true,
              "The node n2 speaks version "
                + std::to_string(cluster_protocol + 2)
                + " of the cluster's protocol, and this server version "
                + std::to_string(cluster_protocol)
                + "; nodes may be one apart: upgrade one step at a time.");
}

TEST_CASE("who needs the ledger alone is refused by a node that lives") {
  ledger_with_others here;
  CHECK(bool(expect_no_node(here.options)));
  here.beat(card_of("n2"), 60s);
  auto refused = expect_no_node(here.options);
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::store_locked);
  CHECK(refused.error().detail
        == "The node n2 of a cluster shares this ledger and serves on "
           "127.0.0.1:18080; stop the cluster first.");
  must_have(here.registry->leave(card_of("n2")));
  CHECK(bool(expect_no_node(here.options)));
}
