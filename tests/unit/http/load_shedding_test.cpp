#include "http/middleware/load_shedding.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace std::chrono_literals;

TEST_CASE("nothing is shed while the journal and the ledger are well") {
  CHECK(share_to_shed({}, 2s) == 0);
  CHECK(share_to_shed({949, 1'000, 0us}, 2s) == 0);
  CHECK(share_to_shed({0, 1'000, 900ms}, 2s) == 0);
}

TEST_CASE("the nearer the journal is to its bound, the more is shed") {
  CHECK(share_to_shed({975, 1'000, 0us}, 2s) == doctest::Approx(0.5));
  CHECK(share_to_shed({1'000, 1'000, 0us}, 2s) == 1);
  CHECK(share_to_shed({5'000, 1'000, 0us}, 2s) == 1);
}

TEST_CASE("a ledger that is slow sheds much, but is asked now and then") {
  CHECK(share_to_shed({0, 1'000, 1'500ms}, 2s) == doctest::Approx(0.5));
  CHECK(share_to_shed({0, 1'000, 10s}, 2s) == doctest::Approx(0.9));
}
