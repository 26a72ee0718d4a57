#include "storage/rules/waiting_line.hpp"

#include "tests/ids_of.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

using namespace registrar;
using registrar::test::id;

TEST_CASE("a line agrees with a plain list in rank, front and size") {
  using waiter = std::pair<std::uint64_t, student_id>;
  for (std::uint64_t round = 0; round < test::rounds(20); ++round) {
    test::random_source random{round};
    waiting_line line;
    std::vector<waiter> model;
    std::uint64_t ticket = 0;
    auto joins_of_ten = 1 + random.below(9);
    for (int step = 0; step < 3000; ++step) {
      if (random.below(10) < joins_of_ten) {
        ticket += 1 + random.below(3);
        model.emplace_back(ticket, id<student_id>(ticket));
        line.join(ticket, id<student_id>(ticket));
      } else if (!model.empty()) {
        auto at = random.one_in(2) ? 0 : random.below(model.size());
        auto gone = model[at].first;
        model.erase(model.begin() + static_cast<std::ptrdiff_t>(at));
        REQUIRE(line.leave(gone));
        REQUIRE_FALSE(line.leave(gone));
        REQUIRE(line.rank(gone) == 0);
      }
      REQUIRE(line.size() == model.size());
      REQUIRE(line.last_ticket() == ticket);
      if (model.empty()) {
        REQUIRE(line.empty());
        continue;
      }
      REQUIRE(line.front() == model.front().second);
      auto probe = random.below(model.size());
      REQUIRE(line.rank(model[probe].first) == probe + 1);
    }
  }
}

TEST_CASE("a ticket that nobody holds has no rank and cannot leave") {
  waiting_line line;
  CHECK_FALSE(line.leave(1));
  line.join(5, id<student_id>(1));
  CHECK(line.rank(4) == 0);
  CHECK(line.rank(6) == 0);
  CHECK_FALSE(line.leave(6));
  CHECK(line.rank(5) == 1);
}

TEST_CASE("a ticket is never given twice, even after everybody left") {
  waiting_line line;
  line.join(7, id<student_id>(1));
  CHECK(line.leave(7));
  CHECK(line.last_ticket() == 7);
  CHECK_THROWS(line.join(7, id<student_id>(2)));
  line.join(8, id<student_id>(2));
  CHECK(line.front() == id<student_id>(2));
}
