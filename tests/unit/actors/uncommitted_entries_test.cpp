#define CAF_SUITE uncommitted_entries

#include "actors/uncommitted_entries.hpp"
#include "tests/seed.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <array>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

CAF_TEST(counts what the ledger has and SQL has not ) {
  uncommitted_entries uut;
  uut.appended(section_of(1), 3);
  uut.appended(section_of(2), 2);
  CAF_CHECK_EQUAL(uut.count(), 5u);
  uut.committed(section_of(1), 2);
  CAF_CHECK_EQUAL(uut.count(), 3u);
  CAF_CHECK(uut.is_committed(section_of(1), 2));
  CAF_CHECK(!uut.is_committed(section_of(1), 3));
  CAF_CHECK(!uut.is_committed(section_of(3), 1));
}

CAF_TEST(counts nothing twice that it is told twice) {
  uncommitted_entries uut;
  uut.appended(section_of(1), 3);
  uut.appended(section_of(1), 3);
  uut.appended(section_of(1), 2);
  CAF_CHECK_EQUAL(uut.count(), 3u);
  uut.committed(section_of(1), 3);
  uut.committed(section_of(1), 3);
  CAF_CHECK_EQUAL(uut.count(), 0u);
  CAF_CHECK(uut.is_committed(section_of(1), 3));
}

CAF_TEST(counts again what SQL has lost) {
  uncommitted_entries uut;
  uut.appended(section_of(1), 5);
  uut.committed(section_of(1), 5);
  uut.committed(section_of(1), 2);
  CAF_CHECK_EQUAL(uut.count(), 3u);
  CAF_CHECK(!uut.is_committed(section_of(1), 3));
}

CAF_TEST(counts by partition what SQL lacks) {
  uncommitted_entries uut;
  uut.appended(section_of(1), 3);
  uut.appended(section_of(2), 2);
  uut.committed(section_of(2), 2);
  uut.committed(section_of(3), 4);
  auto lacking = uut.by_partition();
  CAF_REQUIRE_EQUAL(lacking.size(), 1u);
  CAF_CHECK_EQUAL(lacking[0].first, partition_of(section_of(1)));
  CAF_CHECK_EQUAL(lacking[0].second, 3u);
  CAF_CHECK_EQUAL(uut.committed_of(section_of(3)), 4u);
  CAF_CHECK_EQUAL(uut.committed_of(section_of(4)), 0u);
}

CAF_TEST(sees a ledger that is behind SQL) {
  uncommitted_entries uut;
  uut.committed(section_of(1), 5);
  CAF_CHECK(!uut.is_ledger_behind(section_of(1)));
  uut.ledger_is_at(section_of(1), 4);
  CAF_CHECK(uut.is_ledger_behind(section_of(1)));
  CAF_CHECK_EQUAL(uut.sections_behind().size(), 1u);
  uut.ledger_is_at(section_of(1), 5);
  CAF_CHECK(!uut.is_ledger_behind(section_of(1)));
}

CAF_TEST(sees a ledger that is behind what it had said) {
  uncommitted_entries uut;
  uut.ledger_is_at(section_of(1), 4);
  uut.ledger_is_at(section_of(1), 3);
  CAF_CHECK(uut.is_ledger_behind(section_of(1)));
}

CAF_TEST(lets a section be restored once SQL has all that was seen of it) {
  uncommitted_entries uut;
  uut.ledger_is_at(section_of(1), 7);
  uut.committed(section_of(1), 5);
  uut.committed(section_of(2), 3);
  uut.forget_ledger();
  uut.ledger_is_at(section_of(1), 6);
  uut.ledger_is_at(section_of(2), 3);
  CAF_CHECK_EQUAL(uut.sections_behind().size(), 1u);
  CAF_CHECK(uut.sections_to_restore().empty());
  uut.committed(section_of(1), 7);
  CAF_REQUIRE_EQUAL(uut.sections_to_restore().size(), 1u);
  CAF_CHECK(uut.sections_to_restore()[0] == section_of(1));
  uut.ledger_is_at(section_of(1), uut.appended_of(section_of(1)));
  CAF_CHECK(uut.sections_to_restore().empty());
}

CAF_TEST(counts a section that the ledger does not name any more as behind) {
  uncommitted_entries uut;
  uut.ledger_is_at(section_of(1), 4);
  uut.committed(section_of(2), 1);
  uut.forget_ledger();
  uut.ledger_is_at(section_of(1), 4);
  CAF_CHECK(!uut.is_ledger_behind(section_of(1)));
  CAF_CHECK(uut.is_ledger_behind(section_of(2)));
  CAF_CHECK(!uut.is_ledger_behind(section_of(3)));
}

CAF_TEST(takes a cursor that comes before the entry) {
  uncommitted_entries uut;
  uut.committed(section_of(1), 5);
  CAF_CHECK_EQUAL(uut.count(), 0u);
  uut.appended(section_of(1), 4);
  CAF_CHECK_EQUAL(uut.count(), 0u);
  uut.appended(section_of(1), 7);
  CAF_CHECK_EQUAL(uut.count(), 2u);
}

CAF_TEST(counts like a table of all entries would) {
  for (std::uint64_t round = 0; round < test::rounds(300); ++round) {
    test::random_source chance{round};
    uncommitted_entries uut;
    std::array<std::uint64_t, 4> appended{};
    std::array<std::uint64_t, 4> committed{};
    for (int step = 0; step < 100; ++step) {
      auto i = chance.below(4);
      auto sequence = 1 + chance.below(20);
      if (chance.one_in(2)) {
        uut.appended(section_of(static_cast<int>(i)), sequence);
        appended[i] = std::max(appended[i], sequence);
      } else {
        uut.committed(section_of(static_cast<int>(i)), sequence);
        committed[i] = sequence;
        appended[i] = std::max(appended[i], sequence);
      }
      std::uint64_t expected = 0;
      for (std::size_t j = 0; j < 4; ++j)
        expected += appended[j] - committed[j];
      CAF_REQUIRE_EQUAL(uut.count(), expected);
    }
  }
}
