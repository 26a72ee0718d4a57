#include "storage/redis/sentinel.hpp"
#include "tests/unit/redis/redis_ledger.hpp"

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

TEST_CASE("a lost reply is in doubt, and what it was of may have happened") {
  auto address = test_redis();
  empty(address);
  redis_timeouts timeouts;
  timeouts.command = 200ms;
  auto redis = must_have(redis_connection::open(address, timeouts));
  redis_pipeline unanswered;
  unanswered.call("CLIENT", "REPLY", "OFF").call("SET", "x", 1);
  auto lost = redis->run(unanswered);
  REQUIRE(!lost);
  CHECK(lost.error().code == ec::in_doubt);
  CHECK(!redis->is_open());
  CHECK(redis->run(unanswered).error().code == ec::dependency_unavailable);
  CHECK(ask(*connect(address), "GET", "x")[0].text() == "1");
}

TEST_CASE("a connection that Redis closed is noticed before anything is sent") {
  auto address = test_redis();
  empty(address);
  auto redis = connect(address);
  auto number = ask(*redis, "CLIENT", "ID")[0].number();
  auto side = connect(address);
  ask(*side, "CLIENT", "KILL", "ID", number);
  redis_pipeline one;
  one.call("SET", "x", 1);
  auto lost = redis->run(one);
  REQUIRE(!lost);
  CHECK(lost.error().code == ec::dependency_unavailable);
  CHECK(ask(*side, "EXISTS", "x")[0].number() == 0);
}

TEST_CASE("a port where nobody listens is unavailable") {
  auto address = test_redis();
  address.port = 1;
  auto refused = redis_connection::open(address);
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::dependency_unavailable);
}

TEST_CASE("a password that Redis does not want is no passing failure") {
  auto address = test_redis();
  address.user = "nobody";
  address.password = "secret";
  auto refused = redis_connection::open(address);
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::store_unusable);
  CHECK(refused.error().detail.find("secret") == std::string::npos);
}

TEST_CASE("scripts that Redis forgot are loaded again, and run once") {
  redis_ledger here;
  ask(*here.side, "SCRIPT", "FLUSH", "SYNC");
  auto decided = here.decide(redis_ledger::register_of(2));
  CHECK(decided.error.code == ec::none);
  CHECK(decided.outcomes[0].status == seat_status::waitlisted);
  CHECK(decided.header.sequence == 3);
}

TEST_CASE("without the replicas that are wanted nothing is answered") {
  redis_ledger here;
  redis_timeouts timeouts;
  timeouts.command = 300ms;
  auto redis
    = must_have(redis_connection::open(here.options.address, timeouts, 1));
  redis_pipeline one;
  one.call("SET", "x", 1);
  auto doubtful = redis->run(one);
  REQUIRE(!doubtful);
  CHECK(doubtful.error().code == ec::in_doubt);
  CHECK(!redis->is_open());
  CHECK(ask(*here.side, "GET", "x")[0].text() == "1");
  here.options.replicas_min = 1;
  auto refused = open_redis_ledger(here.options);
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::dependency_unavailable);
  CHECK(refused.error().detail.find("0 connected replicas")
        != std::string::npos);
}

TEST_CASE("a ledger whose Redis became a replica is left, undecided") {
  redis_ledger here;
  ask(*here.side, "REPLICAOF", "127.0.0.1", 1);
  auto refused = here.decide(redis_ledger::register_of(2));
  auto closed = here.stores->commit_group().open();
  auto opened = open_redis(here.options);
  auto role = count_replicas(**opened);
  ask(*here.side, "REPLICAOF", "NO", "ONE");
  CHECK(refused.error.code == ec::dependency_unavailable);
  CHECK(refused.error.detail.find("READONLY") != std::string::npos);
  CHECK(!closed);
  REQUIRE(!role);
  CHECK(role.error().code == ec::dependency_unavailable);
  here.stores = must_have(open_redis_ledger(here.options));
  auto decided = here.decide(redis_ledger::register_of(2));
  CHECK(decided.error.code == ec::none);
  CHECK(decided.header.sequence == 3);
}
