#include "storage/redis/lease.hpp"
#include "tests/unit/redis/redis_ledger.hpp"

#include <thread>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

struct leases : redis_ledger {
  fallible<done> take(ledger_claim& claim,
                      std::chrono::milliseconds ttl = 60s) {
    return take_leases(*side, claim, all, ttl);
  }

  fallible<done> end(const ledger_claim& claim) {
    return end_leases(*side, claim, all);
  }

  const std::vector<std::uint32_t> all = members_of(all_partitions());
};

} // namespace

TEST_CASE("a lease is refused while another holds it, who is named") {
  leases here;
  ledger_claim one{"one:8080"};
  ledger_claim two{"two:8080"};
  one.announce("http://one:8080");
  REQUIRE(bool(here.take(one)));
  auto refused = here.take(two);
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::store_locked);
  CHECK(refused.error().detail.find("one:8080 holds this ledger and serves on "
                                    "http://one:8080")
        != std::string::npos);
  CHECK(!two.was_held(0));
  CHECK(bool(here.take(one)));
  auto lease = must_have(read_lease(*here.side));
  REQUIRE(bool(lease));
  CHECK(lease->holder == "one:8080");
  CHECK(lease->left > 0ms);
  CHECK(lease->left <= 60s);
}

TEST_CASE("who refuses one partition keeps all of them") {
  leases here;
  ledger_claim one{"one"};
  ledger_claim two{"two"};
  REQUIRE(bool(here.take(one)));
  REQUIRE(!here.take(two));
  for (std::uint32_t i = 0; i < partition_count; ++i)
    CHECK(ask(*here.side, "HGET", redis_keys::lease(i), "holder")[0].text()
          == "one");
}

TEST_CASE("the same name takes a former run's lease over at once") {
  leases here;
  ledger_claim former{"node"};
  ledger_claim younger{"node"};
  REQUIRE(bool(here.take(former)));
  CHECK(bool(here.take(younger)));
  for (auto p : here.all)
    CHECK(younger.was_held(p));
}

TEST_CASE("a run that held a lease never takes it from a younger run") {
  leases here;
  ledger_claim former{"node"};
  ledger_claim younger{"node"};
  REQUIRE(bool(here.take(former)));
  REQUIRE(bool(here.take(younger)));
  for (int i = 0; i < 3; ++i)
    CHECK(here.take(former).error().code == ec::store_locked);
  // Nor does it end what is not its own.
  REQUIRE(bool(here.end(former)));
  CHECK(must_have(read_lease(*here.side)).has_value());
  CHECK(bool(here.take(younger)));
}

TEST_CASE("a lease that was ended is free") {
  leases here;
  ledger_claim one{"one"};
  ledger_claim two{"two"};
  REQUIRE(bool(here.take(one)));
  REQUIRE(bool(here.end(one)));
  CHECK(!must_have(read_lease(*here.side)));
  CHECK(bool(here.take(two)));
}

TEST_CASE("a lease that ran out is free, also to who held it before") {
  leases here;
  ledger_claim one{"one"};
  ledger_claim two{"two"};
  REQUIRE(bool(here.take(one, 1ms)));
  auto deadline = std::chrono::steady_clock::now() + 30s;
  while (must_have(read_lease(*here.side))) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(1ms);
  }
  REQUIRE(bool(here.take(two, 1ms)));
  while (must_have(read_lease(*here.side))) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(1ms);
  }
  CHECK(bool(here.take(one)));
}
