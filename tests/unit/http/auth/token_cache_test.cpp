#include "http/auth/token_cache.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace registrar;

namespace {

token_digest digest(int number) {
  return digest_of(std::to_string(number));
}

verified_token token(int number) {
  verified_token result;
  result.who.subject = std::to_string(number);
  return result;
}

} // namespace

TEST_CASE("a token is found as it was put, under its own digest only") {
  token_cache cache{100};
  cache.put(digest(1), token(1));
  cache.put(digest(2), token(2));
  REQUIRE(cache.find(digest(1)) != nullptr);
  CHECK(cache.find(digest(1))->who.subject == "1");
  CHECK(cache.find(digest(2))->who.subject == "2");
  CHECK(cache.find(digest(3)) == nullptr);
}

TEST_CASE("what is erased or cleared is gone, from both halves") {
  token_cache cache{4};
  for (auto i = 1; i <= 3; ++i)
    cache.put(digest(i), token(i));
  cache.erase(digest(1));
  cache.erase(digest(3));
  CHECK(cache.find(digest(1)) == nullptr);
  CHECK(cache.find(digest(3)) == nullptr);
  CHECK(cache.find(digest(2)) != nullptr);
  cache.clear();
  CHECK(cache.find(digest(2)) == nullptr);
  CHECK(cache.size() == 0);
}

TEST_CASE("it never holds more than its bound") {
  for (auto max : {2u, 3u, 10u}) {
    token_cache cache{max};
    for (auto i = 0; i < 100; ++i) {
      cache.put(digest(i), token(i));
      // The one that was put last is always there.
      CHECK(cache.size() <= max);
      REQUIRE(cache.find(digest(i)) != nullptr);
    }
  }
}

TEST_CASE("what is asked for stays while others come and go") {
  token_cache cache{10};
  cache.put(digest(0), token(0));
  for (auto i = 1; i < 1'000; ++i) {
    cache.put(digest(i), token(i));
    auto* kept = cache.find(digest(0));
    REQUIRE(kept != nullptr);
    CHECK(kept->who.subject == "0");
  }
  CHECK(cache.find(digest(1)) == nullptr);
}

TEST_CASE("a digest is SHA-256") {
  auto x = digest_of("abc");
  CHECK(x[0] == 0xba);
  CHECK(x[1] == 0x78);
  CHECK(x[31] == 0xad);
}
