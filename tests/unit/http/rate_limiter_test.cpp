#include "http/middleware/rate_limiter.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

rate_limiter::key numbered_key(std::uint8_t number) {
  return {number};
}

const auto first_moment = rate_limiter::clock::now();

} // namespace

TEST_CASE("the quota may be used at once, and comes back evenly") {
  rate_limiter limiter{3, 30s, 1'000};
  for (auto left : {2u, 1u, 0u}) {
    auto verdict = limiter.take(numbered_key(1), first_moment);
    CHECK(verdict.is_allowed);
    CHECK(verdict.remaining == left);
  }
  auto refused = limiter.take(numbered_key(1), first_moment);
  CHECK_FALSE(refused.is_allowed);
  CHECK(refused.until_next == 10s);
  CHECK(refused.until_reset == 30s);
  CHECK_FALSE(limiter.take(numbered_key(1), first_moment + 9s).is_allowed);
  CHECK(limiter.take(numbered_key(1), first_moment + 10s).is_allowed);
  CHECK_FALSE(limiter.take(numbered_key(1), first_moment + 10s).is_allowed);
  // Whole again after the window.
  CHECK(limiter.take(numbered_key(1), first_moment + 40s).remaining == 2);
}

TEST_CASE("what is refused costs nothing") {
  rate_limiter limiter{1, 10s, 1'000};
  CHECK(limiter.take(numbered_key(1), first_moment).is_allowed);
  for (int i = 0; i < 100; ++i)
    CHECK_FALSE(limiter.take(numbered_key(1), first_moment + 5s).is_allowed);
  CHECK(limiter.take(numbered_key(1), first_moment + 10s).is_allowed);
}

TEST_CASE("one key does not use up what is another's") {
  rate_limiter limiter{1, 10s, 1'000};
  CHECK(limiter.take(numbered_key(1), first_moment).is_allowed);
  CHECK(limiter.take(numbered_key(2), first_moment).is_allowed);
  CHECK_FALSE(limiter.take(numbered_key(1), first_moment).is_allowed);
}

TEST_CASE("a quota that does not divide its window is kept whole") {
  rate_limiter limiter{7, 1s, 1'000};
  int allowed = 0;
  while (limiter.take(numbered_key(1), first_moment).is_allowed)
    ++allowed;
  CHECK(allowed == 7);
}

TEST_CASE("where there is no room, who has asked least is forgotten") {
  // One set of eight.
  rate_limiter limiter{3, 30s, 8};
  for (std::uint8_t number = 1; number <= 8; ++number)
    for (int i = 0; i < (number == 5 ? 1 : 3); ++i)
      CHECK(limiter.take(numbered_key(number), first_moment).is_allowed);
  CHECK(limiter.take(numbered_key(9), first_moment).is_allowed);
  // The fifth begins anew, the others do not.
  CHECK_FALSE(limiter.take(numbered_key(1), first_moment).is_allowed);
  CHECK_FALSE(limiter.take(numbered_key(8), first_moment).is_allowed);
  CHECK(limiter.take(numbered_key(5), first_moment).remaining == 2);
}

TEST_CASE("threads share one quota") {
  rate_limiter limiter{1'000, 1h, 1'000};
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 500; ++n)
        allowed
          += limiter.take(numbered_key(1), first_moment).is_allowed ? 1 : 0;
    });
  for (auto& thread : threads)
    thread.join();
  CHECK(allowed == 1'000);
}
