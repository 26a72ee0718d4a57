#include "tests/unit/redis/fake_redis.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

/// Takes everything, and says of WAIT and PUBLISH what it is told to.
auto answering(std::string of_wait, std::string of_publish = ":0\r\n") {
  return [=](const fake_redis::command& asked) {
    if (asked[0] == "WAIT")
      return of_wait;
    if (asked[0] == "PUBLISH")
      return of_publish;
    return std::string{"+OK\r\n"};
  };
}

redis_pipeline two_writes() {
  redis_pipeline all;
  all.call("SET", "a", 1).call("SET", "b", 2);
  return all;
}

} // namespace

TEST_CASE("what enough replicas confirm is answered, without their count") {
  fake_redis server{answering(":2\r\n")};
  auto redis = connect_to(server, 2);
  auto replies = redis->run(two_writes());
  REQUIRE(bool(replies));
  CHECK(replies->size() == 2);
  CHECK((*replies)[1].text() == "OK");
  CHECK(redis->is_open());
  CHECK(redis->round_trips() == 2);
  REQUIRE(server.asked("WAIT").size() == 1);
  CHECK(server.asked("WAIT")[0][1] == "2");
}

TEST_CASE("what too few replicas have is in doubt and closes") {
  fake_redis server{answering(":1\r\n")};
  auto redis = connect_to(server, 2);
  auto replies = redis->run(two_writes());
  REQUIRE(!replies);
  CHECK(replies.error().code == ec::in_doubt);
  CHECK(replies.error().detail.find("replicas did not confirm, 1 of 2")
        != std::string::npos);
  CHECK(!redis->is_open());
  CHECK(redis->run(two_writes()).error().code == ec::dependency_unavailable);
}

TEST_CASE("a server that cannot wait for replicas leaves doubt") {
  std::string error{"-ERR WAIT cannot be used with replica instances\r\n"};
  fake_redis replica{answering(error)};
  auto redis = connect_to(replica, 1);
  CHECK(redis->run(two_writes()).error().code == ec::in_doubt);
  CHECK(!redis->is_open());
  fake_redis barred{answering(":1\r\n", "-NOPERM no channel\r\n")};
  redis = connect_to(barred, 1);
  auto refused = redis->run(two_writes());
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::in_doubt);
  CHECK(refused.error().detail.find("NOPERM") != std::string::npos);
}

TEST_CASE("replicas have less time than the whole call, and some") {
  fake_redis server{answering(":1\r\n")};
  redis_timeouts timeouts;
  timeouts.command = 900ms;
  auto redis = connect_to(server, 1, timeouts);
  REQUIRE(bool(redis->run(two_writes())));
  auto asked = server.asked("WAIT");
  REQUIRE(asked.size() == 1);
  auto ms = std::stol(asked[0][2]);
  CHECK(ms >= 1);
  CHECK(ms < 900);
}

TEST_CASE("reads wait for no replica, except where they go on to SQL") {
  fake_redis server{answering(":0\r\n")};
  auto redis = connect_to(server, 1);
  redis_pipeline one;
  one.call("GET", "a");
  CHECK(bool(redis->read(one)));
  CHECK(bool(redis->try_read(one)));
  CHECK(server.asked("WAIT").empty());
  CHECK(!redis->read_confirmed(one));
  CHECK(server.asked("WAIT").size() == 1);
}

TEST_CASE("without replicas nobody is waited for") {
  fake_redis server{answering(":0\r\n")};
  auto redis = connect_to(server);
  CHECK(bool(redis->run(two_writes())));
  CHECK(bool(redis->tell(two_writes())));
  CHECK(server.asked("WAIT").empty());
  CHECK(server.asked("PUBLISH").empty());
}

TEST_CASE("scripts that are loaded again are confirmed too") {
  auto runs = 0;
  auto waits = 0;
  fake_redis server{[&](const fake_redis::command& asked) -> std::string {
    if (asked[0] == "EVALSHA" && ++runs == 1)
      return "-NOSCRIPT No matching script\r\n";
    if (asked[0] == "WAIT")
      return ++waits == 1 ? ":1\r\n" : ":0\r\n";
    return "+OK\r\n";
  }};
  auto redis = connect_to(server, 1);
  redis_pipeline one;
  one.start(fence_script, {"{p00}:epoch"}).add("1").add("2");
  CHECK(redis->run(one).error().code == ec::in_doubt);
  CHECK(!redis->is_open());
  CHECK(server.asked("EVALSHA").size() == 2);
  CHECK(server.asked("WAIT").size() == 2);
}

TEST_CASE("a primary that became a replica is left for good") {
  fake_redis server{[](const fake_redis::command& asked) -> std::string {
    if (asked[0] != "SET" || asked[1] == "a")
      return "+OK\r\n";
    return "-READONLY You can't write against a read only replica.\r\n";
  }};
  SUBCASE("nothing happened") {
    auto redis = connect_to(server);
    redis_pipeline one;
    one.call("SET", "b", 2);
    CHECK(redis->run(one).error().code == ec::dependency_unavailable);
    CHECK(!redis->is_open());
  }
  SUBCASE("something may have, and may be lost") {
    auto redis = connect_to(server);
    CHECK(redis->run(two_writes()).error().code == ec::in_doubt);
    CHECK(!redis->is_open());
  }
}

TEST_CASE("a server that never answers is given up at the deadline") {
  fake_redis server{[](const fake_redis::command&) { return std::string{}; }};
  redis_timeouts timeouts{100ms, 100ms};
  auto redis = redis_connection::open(server.address(), timeouts);
  REQUIRE(!redis);
  CHECK(redis.error().code == ec::dependency_unavailable);
  CHECK(redis.error().detail.find("did not answer in time")
        != std::string::npos);
}

TEST_CASE("a server that stops answering leaves doubt, and no doubt to reads") {
  fake_redis server{[](const fake_redis::command& asked) {
    return asked[0] == "SCRIPT" ? std::string{"+OK\r\n"} : std::string{};
  }};
  redis_timeouts timeouts{100ms, 100ms};
  auto redis = connect_to(server, 0, timeouts);
  CHECK(redis->run(two_writes()).error().code == ec::in_doubt);
  CHECK(!redis->is_open());
  redis = connect_to(server, 0, timeouts);
  CHECK(redis->read(two_writes()).error().code == ec::dependency_unavailable);
  CHECK(!redis->is_open());
}
