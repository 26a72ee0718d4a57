#include "storage/redis/address.hpp"
#include "storage/redis/connection.hpp"
#include "storage/redis/keys.hpp"
#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::test;

TEST_CASE("a URL says host, port, database and who we are") {
  auto all = redis_address::parse("redis://me:p%40ss@redis.example:7000/4");
  REQUIRE(bool(all));
  CHECK(all->host == "redis.example");
  CHECK(all->port == 7000);
  CHECK(all->database == 4);
  CHECK(all->user == "me");
  CHECK(all->password == "p@ss");
  CHECK(all->to_string() == "redis.example:7000/4");
  auto least = redis_address::parse("redis://h");
  REQUIRE(bool(least));
  CHECK(least->place() == "h:6379");
  CHECK(least->user.empty());
  auto v6 = redis_address::parse("redis://:secret@[::1]:9/");
  REQUIRE(bool(v6));
  CHECK(v6->host == "::1");
  CHECK(v6->place() == "[::1]:9");
  CHECK(v6->password == "secret");
}

TEST_CASE("what is no URL of a Redis is refused, without its password") {
  for (auto text :
       {"", "http://h", "redis://", "redis://h:0", "redis://h:65536",
        "redis://h:x", "redis://h/x", "redis://h:1/-1", "redis://[::1",
        "redis://[::1]x", "redis://secret@h", "redis://u:secret%4@h",
        "redis://u:secret%zz@h"}) {
    CAPTURE(text);
    auto found = redis_address::parse(text);
    REQUIRE(!found);
    CHECK(found.error().code == ec::invalid_value);
    CHECK(found.error().detail.find("secret") == std::string::npos);
  }
}

TEST_CASE("every key of a partition lies in its slot") {
  for (std::uint64_t n = 1; n < 200; ++n) {
    auto section = id<section_id>(n);
    auto prefix = redis_keys::prefix(partition_of(section));
    CHECK(prefix.size() == 6);
    CHECK(redis_keys::section(section)
          == prefix + "section:" + section.to_string());
    CHECK(redis_keys::roster(section).starts_with(prefix));
    CHECK(redis_keys::waitlist(section).starts_with(prefix));
    CHECK(redis_keys::memo(section, id<request_id>(7))
          == prefix + "memo:" + section.to_string() + ":"
               + id<request_id>(7).to_string());
  }
  CHECK(redis_keys::prefix(7) == "{p07}:");
  CHECK(redis_keys::epoch(63) == "{p63}:epoch");
  CHECK(redis_keys::lease(0) == "{p00}:lease");
  CHECK(redis_keys::journal(12) == "{p12}:journal");
}

TEST_CASE("a key of a client names student, route and key") {
  key_scope scope{id<student_id>(1), route::register_sections, "a:b c"};
  auto other = scope;
  other.route = route::drop_sections;
  CHECK(redis_keys::idempotency(scope).starts_with(
    "idem:" + id<student_id>(1).to_string() + ":"));
  CHECK(redis_keys::idempotency(scope).ends_with(":a:b c"));
  CHECK(redis_keys::idempotency(scope) != redis_keys::idempotency(other));
}

TEST_CASE("a pipeline keeps its commands apart") {
  redis_pipeline all;
  all.call("SET", "a b", std::string{"\r\n\0x", 4}).start("GET").add("");
  all.start(fence_script, {"{p00}:epoch"}).add(-5).add(~std::uint64_t{0});
  REQUIRE(all.size() == 3);
  using texts = std::vector<std::string_view>;
  CHECK(all.arguments(0)
        == texts{"SET", "a b", std::string_view{"\r\n\0x", 4}});
  CHECK(all.arguments(1) == texts{"GET", ""});
  CHECK(all.script_of(1) == nullptr);
  CHECK(all.script_of(2) == &fence_script);
  texts script{"EVALSHA", fence_script.sha,      "1", "{p00}:epoch",
               "-5",      "18446744073709551615"};
  CHECK(all.arguments(2) == script);
  redis_pipeline copy;
  copy.copy(all, 2);
  CHECK(copy.arguments(0) == script);
  CHECK(copy.script_of(0) == &fence_script);
}

TEST_CASE("what Redis refuses at its door did not happen") {
  for (auto text : {"OOM command not allowed", "READONLY You can't",
                    "LOADING Redis is", "NOREPLICAS Not enough"})
    CHECK(refusal_of(text).code == ec::dependency_unavailable);
  for (auto text : {"ERR user_script:7: boom", "WRONGTYPE Operation"})
    CHECK(refusal_of(text).code == ec::in_doubt);
}
