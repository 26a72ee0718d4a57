#include "storage/redis/sentinel.hpp"
#include "tests/unit/redis/fake_redis.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace registrar;
using namespace registrar::test;

namespace {

std::string bulk(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

/// A primary with so many replicas, or (-1) a replica.
auto redis_with(int replicas) {
  return [=](const fake_redis::command& asked) -> std::string {
    if (asked[0] != "ROLE")
      return "+OK\r\n";
    if (replicas < 0)
      return "*5\r\n" + bulk("slave") + bulk("127.0.0.1") + ":1\r\n"
             + bulk("connected") + ":7\r\n";
    auto result = "*3\r\n" + bulk("master") + ":7\r\n*"
                  + std::to_string(replicas) + "\r\n";
    for (int i = 0; i < replicas; ++i)
      result += "*3\r\n" + bulk("127.0.0.1") + bulk("1") + bulk("7");
    return result;
  };
}

/// Names this one, under "registrar" only.
auto naming(const fake_redis& primary) {
  return [at = primary.address()](const fake_redis::command& asked) {
    if (asked[2] != "registrar")
      return std::string{"*-1\r\n"};
    return "*2\r\n" + bulk(at.host) + bulk(std::to_string(at.port));
  };
}

std::string silence(const fake_redis::command&) {
  return {};
}

redis_options through(std::initializer_list<const fake_redis*> sentinels) {
  redis_options result;
  // Nobody is there, nor asked for.
  result.address.host = "192.0.2.1";
  for (const auto* x : sentinels)
    result.sentinels.push_back(x->address());
  result.replicas_min = 1;
  return result;
}

/// Whether `server` is the one that was chosen.
bool is_chosen(const fallible<std::unique_ptr<redis_connection>>& redis,
               const fake_redis& server) {
  REQUIRE_MESSAGE(bool(redis), (redis ? "" : redis.error().detail));
  redis_pipeline one;
  one.call("GET", "who");
  REQUIRE(bool((*redis)->try_read(one)));
  return server.asked("GET").size() == 1;
}

} // namespace

TEST_CASE("a list of sentinels is read") {
  auto found = parse_sentinels("10.0.0.1:26379,sentinel-b:7,[::1]:8");
  REQUIRE(bool(found));
  REQUIRE(found->size() == 3);
  CHECK((*found)[0].place() == "10.0.0.1:26379");
  CHECK((*found)[1].host == "sentinel-b");
  CHECK((*found)[2].host == "::1");
  CHECK((*found)[2].port == 8);
  CHECK(parse_sentinels("")->empty());
}

TEST_CASE("what is no sentinel is named") {
  for (auto text : {"a:1,b", ",a:1", "a:0", "a:1 ", "a:1/2", "u:p@a:1",
                    "a:1,,b:2", "a:65536", "[::1:8", ":1"}) {
    CAPTURE(text);
    auto found = parse_sentinels(text);
    REQUIRE(!found);
    CHECK(found.error().code == ec::invalid_value);
    CHECK(found.error().detail.find("HOST:PORT,HOST:PORT")
          != std::string::npos);
  }
}

TEST_CASE("the primary that a sentinel names is opened, not the URL's host") {
  fake_redis primary{redis_with(1)};
  fake_redis sentinel{naming(primary)};
  auto options = through({&sentinel});
  options.address.database = 3;
  CHECK(is_chosen(open_redis(options), primary));
  REQUIRE(primary.asked("SELECT").size() == 1);
  CHECK(primary.asked("SELECT")[0][1] == "3");
  CHECK(sentinel.asked("SCRIPT").empty());
}

TEST_CASE("a sentinel that is silent or knows nothing is passed over") {
  fake_redis primary{redis_with(1)};
  fake_redis mute{silence};
  fake_redis ignorant{
    [](const fake_redis::command&) { return std::string{"*-1\r\n"}; }};
  fake_redis sentinel{naming(primary)};
  CHECK(is_chosen(open_redis(through({&mute, &ignorant, &sentinel})), primary));
}

TEST_CASE("a primary that was demoted is not taken for one") {
  fake_redis demoted{redis_with(-1)};
  fake_redis primary{redis_with(1)};
  fake_redis stale{naming(demoted)};
  fake_redis sentinel{naming(primary)};
  CHECK(is_chosen(open_redis(through({&stale, &sentinel})), primary));
  auto refused = open_redis(through({&stale}));
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::dependency_unavailable);
  CHECK(refused.error().detail.find("it is a replica") != std::string::npos);
}

TEST_CASE("a primary that lost its replicas is the last choice") {
  fake_redis lonely{redis_with(0)};
  fake_redis primary{redis_with(1)};
  fake_redis apart{naming(lonely)};
  fake_redis sentinel{naming(primary)};
  SUBCASE("another has them") {
    CHECK(is_chosen(open_redis(through({&apart, &sentinel})), primary));
  }
  SUBCASE("there is no other") {
    CHECK(is_chosen(open_redis(through({&apart})), lonely));
  }
}

TEST_CASE("where all sentinels are silent, each is named") {
  fake_redis one{silence};
  fake_redis two{silence};
  auto refused = open_redis(through({&one, &two}));
  REQUIRE(!refused);
  CHECK(refused.error().code == ec::dependency_unavailable);
  CHECK(refused.error().detail.find(one.address().place())
        != std::string::npos);
  CHECK(refused.error().detail.find(two.address().place())
        != std::string::npos);
}

TEST_CASE("a sentinel that knows no such name says which it was asked for") {
  fake_redis primary{redis_with(1)};
  fake_redis sentinel{naming(primary)};
  auto options = through({&sentinel});
  options.sentinel_master = "other";
  auto refused = open_redis(options);
  REQUIRE(!refused);
  CHECK(refused.error().detail.find("knows no primary named other")
        != std::string::npos);
}
