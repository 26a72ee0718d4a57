#include "cli/rehearse/histogram.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace registrar::rehearsal;
using registrar::test::random_source;
using std::chrono::nanoseconds;

TEST_CASE("a percentile is never below the truth and at most 1.6 % above") {
  for (auto round = 0u; round < registrar::test::rounds(20); ++round) {
    random_source random{round};
    histogram uut;
    std::vector<std::int64_t> all;
    for (auto n = 1 + random.below(3000); n > 0; --n) {
      auto value = static_cast<std::int64_t>(
        random.below(std::size_t{1} << random.below(45)));
      all.push_back(value);
      uut.record(nanoseconds{value});
    }
    std::sort(all.begin(), all.end());
    for (auto share : {0.0, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      auto rank = static_cast<std::size_t>(
        std::ceil(share * static_cast<double>(all.size())));
      auto truth = all[std::max<std::size_t>(rank, 1) - 1];
      auto said = uut.percentile(share).count();
      CHECK(said >= truth);
      CHECK(static_cast<double>(said)
            <= static_cast<double>(truth) * (1 + 1.0 / 64) + 1);
    }
    CHECK(uut.max().count() == all.back());
    CHECK(uut.count() == all.size());
  }
}

TEST_CASE("two histograms add up to one") {
  histogram a;
  histogram b;
  a.record(nanoseconds{10});
  b.record(nanoseconds{30});
  b.record(nanoseconds{-5});
  a.add(b);
  CHECK(a.count() == 3);
  CHECK(a.percentile(0.1).count() == 0);
  CHECK(a.percentile(1).count() == 30);
  CHECK(a.mean().count() == 13);
}

TEST_CASE("an empty histogram says zero") {
  CHECK(histogram{}.percentile(0.99).count() == 0);
  CHECK(histogram{}.mean().count() == 0);
}

TEST_CASE("the largest value has a bucket") {
  histogram uut;
  uut.record(nanoseconds::max());
  CHECK(uut.percentile(0.5) == nanoseconds::max());
}
