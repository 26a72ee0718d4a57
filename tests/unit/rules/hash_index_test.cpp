#include "storage/rules/hash_index.hpp"

#include "storage/rules/digest.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <set>
#include <utility>

using namespace registrar;

TEST_CASE("an index agrees with a set of pairs, colliding hashes included") {
  for (std::uint64_t round = 0; round < test::rounds(20); ++round) {
    test::random_source random{round};
    hash_index index;
    std::set<std::pair<std::uint64_t, std::uint64_t>> model;
    auto hashes = 1 + random.below(200);
    auto is_mixed = random.one_in(2);
    for (int step = 0; step < 4000; ++step) {
      std::uint64_t hash = random.below(hashes);
      if (is_mixed)
        hash = mix64(hash);
      auto number = 1 + random.below(20);
      if (random.one_in(2)) {
        if (model.emplace(hash, number).second)
          index.insert(hash, number);
      } else {
        REQUIRE(index.erase(hash, number) == (model.erase({hash, number}) > 0));
      }
      REQUIRE(index.size() == model.size());
      auto probe = 1 + random.below(20);
      auto found
        = index.find(hash, [&](std::uint64_t x) { return x == probe; });
      REQUIRE(found == (model.contains({hash, probe}) ? probe : 0));
    }
  }
}
