#include "messages/meter.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

std::uint64_t count_of(const spread& x) {
  std::uint64_t result = 0;
  for (std::size_t i = 0; i <= x.bound_count(); ++i)
    result += x.count_in(i);
  return result;
}

} // namespace

TEST_CASE("a meter loses nothing that many threads add") {
  constexpr std::uint64_t each = 50'000;
  meter total;
  size_spread sizes;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (std::uint64_t n = 0; n < each; ++n) {
        total.add();
        sizes.note(3);
      }
    });
  for (auto& one : threads)
    one.join();
  CHECK(total.value() == 4 * each);
  CHECK(count_of(sizes) == 4 * each);
  CHECK(sizes.sum() == 4 * each * 3);
}

TEST_CASE("a value at a bound is in its bucket, one above in the next") {
  size_spread sizes;
  for (std::size_t size : {1, 2, 3, 4})
    sizes.note(size);
  CHECK(sizes.bound(0) == 1);
  CHECK(sizes.count_in(0) == 1);
  CHECK(sizes.count_in(1) == 1);
  CHECK(sizes.bound(2) == 4);
  CHECK(sizes.count_in(2) == 2);
}

TEST_CASE("what is beyond every bound is counted too") {
  size_spread sizes;
  sizes.note(1'000'000);
  duration_spread times;
  times.note(1h);
  CHECK(sizes.count_in(sizes.bound_count()) == 1);
  CHECK(times.count_in(times.bound_count()) == 1);
  CHECK(times.sum() == doctest::Approx(3600));
}

TEST_CASE("durations are in seconds, and never negative") {
  duration_spread times;
  CHECK(times.bound(0) == doctest::Approx(0.0001));
  CHECK(times.bound(times.bound_count() - 1) == doctest::Approx(10));
  times.note(3ms);
  times.note(-5s);
  CHECK(times.sum() == doctest::Approx(0.003));
  CHECK(times.count_in(0) == 1);
  CHECK(count_of(times) == 2);
}

TEST_CASE("bounds rise") {
  size_spread sizes;
  duration_spread times;
  for (std::size_t i = 1; i < sizes.bound_count(); ++i)
    CHECK(sizes.bound(i - 1) < sizes.bound(i));
  for (std::size_t i = 1; i < times.bound_count(); ++i)
    CHECK(times.bound(i - 1) < times.bound(i));
}
