#include "tests/unit/redis/test_redis.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>

namespace registrar::test {

namespace {

/// Says that what lies in this Redis is a test's.
constexpr auto marker = "registrar:test";

} // namespace

redis_address test_redis() {
  // As `registrar` does: a lost connection is an answer, not the end.
  std::signal(SIGPIPE, SIG_IGN);
  const auto* url = std::getenv("REGISTRAR_TEST_REDIS");
  REQUIRE_MESSAGE(url != nullptr,
                  "REGISTRAR_TEST_REDIS is not set; run this test through "
                  "tests/servers/run_with.py redis -- ...");
  auto address = redis_address::parse(url);
  REQUIRE_MESSAGE(bool(address), (address ? "" : address.error().detail));
  return *address;
}

void empty(const redis_address& address) {
  auto redis = connect(address);
  auto is_ours = ask(*redis, "EXISTS", marker)[0].number() == 1
                 || ask(*redis, "DBSIZE")[0].number() == 0;
  REQUIRE_MESSAGE(is_ours, "this Redis holds something and is not for tests");
  ask(*redis, "FLUSHDB");
  ask(*redis, "SET", marker, "1");
}

std::unique_ptr<redis_connection> connect(const redis_address& address) {
  auto redis = redis_connection::open(address);
  REQUIRE_MESSAGE(bool(redis), (redis ? "" : redis.error().detail));
  return std::move(*redis);
}

redis_replies replies_of(redis_connection& redis,
                         const redis_pipeline& commands) {
  auto replies = redis.run(commands);
  REQUIRE_MESSAGE(bool(replies), (replies ? "" : replies.error().detail));
  return std::move(*replies);
}

} // namespace registrar::test
