#include "tests/unit/embedded/embedded_fixture.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace std::chrono_literals;
using registrar::test::embedded_ledger;
using registrar::test::id;

namespace {

struct trimmed_ledger : embedded_ledger {
  /// Until nothing more goes. @returns how many rows went.
  std::size_t trim(std::span<const section_cursor> committed) {
    std::size_t count = 0;
    for (int idle = 0; idle < 2;) {
      auto gone = stores->journal().trim(committed, now, 100);
      REQUIRE(gone);
      count += *gone;
      idle = *gone == 0 ? idle + 1 : 0;
    }
    return count;
  }

  std::vector<std::uint64_t> sequences() {
    std::vector<std::uint64_t> result;
    for (const auto& x : entries())
      result.push_back(x.after.sequence);
    return result;
  }

  using numbers = std::vector<std::uint64_t>;
};

} // namespace

TEST_CASE_FIXTURE(trimmed_ledger, "an entry stays as long as its memo lives") {
  now += 26h;
  run({registers(1, 1)});
  auto long_lived = drops(1, 2);
  long_lived.memo_ttl = 25h;
  run({long_lived});
  run({registers(3, 3)});
  auto committed = carry();
  trim(committed);
  CHECK(sequences() == numbers{1, 2, 3, 4});
  now += 10min;
  // `section_created` has no memo: it stays as long as a key lives.
  trim(committed);
  CHECK(sequences() == numbers{1, 3, 4});
  start();
  CHECK(run({long_lived}).answer.outcomes.at(0).status == seat_status::dropped);
  CHECK(rows().roster.size() == 1);
  now += 25h;
  trim(committed);
  CHECK(sequences() == numbers{4});
}

TEST_CASE_FIXTURE(trimmed_ledger,
                  "the last entry of each section stays for ever") {
  for (std::uint64_t section = 1; section <= 3; ++section)
    run({registers(1, section), drops(1, 10 + section)}, section);
  auto committed = carry();
  now += 24h * 365;
  trim(committed);
  CHECK(sequences() == numbers{3, 3, 3});
  start();
  CHECK(stores->ledger().headers()->size() == 3);
  CHECK(run({registers(2, 30)}, 2).entries.at(0).after.sequence == 4);
}

TEST_CASE_FIXTURE(trimmed_ledger, "what SQL does not have yet stays") {
  run({registers(1, 1), registers(2, 2), drops(1, 3), drops(2, 4)});
  carry();
  now += 24h * 365;
  section_cursor behind{id<section_id>(1), 2};
  CHECK(trim({}) == 0);
  CHECK(trim({&behind, 1}) == 2);
  CHECK(sequences() == numbers{3, 4, 5, 6});
}

TEST_CASE_FIXTURE(trimmed_ledger,
                  "a promotion is kept as long as a key lives") {
  run({registers(1, 1), registers(2, 2), drops(1, 3), drops(2, 4)});
  auto committed = carry();
  REQUIRE(entries().at(4).kind == entry_kind::promoted);
  now += sync_journal::kept_without_memo - 1ms;
  trim(committed);
  CHECK(sequences() == numbers{1, 5, 6});
  now += 1ms;
  trim(committed);
  CHECK(sequences() == numbers{6});
}

TEST_CASE_FIXTURE(trimmed_ledger,
                  "a refusal leaves with its memo, SQL or not, but positions "
                  "are not given twice") {
  run({registers(1, 1), registers(1, 2), registers(1, 3)});
  auto last = ask_journal("select max(position) from entries");
  now += 10min;
  CHECK(trim({}) == 1);
  start();
  run({drops(1, 4)});
  CHECK(ask_journal("select max(position) from entries") == last + 1);
  CHECK(trim({}) == 1);
}

TEST_CASE_FIXTURE(trimmed_ledger, "a call trims no more than it was asked to") {
  for (std::uint64_t i = 0; i < 20; ++i)
    run({registers(1, 100 + 2 * i), drops(1, 101 + 2 * i)});
  auto committed = carry();
  now += 26h;
  std::size_t gone = 0;
  for (auto count : {7, 0, 9})
    gone += *stores->journal().trim(committed, now, count);
  CHECK(gone == 16);
  CHECK(entries().size() == 41 - 16);
}

TEST_CASE_FIXTURE(trimmed_ledger,
                  "a section's entries are found in order, before and after a "
                  "trim") {
  run({registers(1, 1), registers(2, 2)});
  run({registers(1, 3)}, 2);
  run({drops(1, 4)});
  auto which = id<section_id>(1);
  auto after_two = stores->journal().read_section(which, 2, 10);
  REQUIRE(after_two);
  REQUIRE(after_two->size() == 3);
  CHECK(after_two->front().after.sequence == 3);
  auto committed = carry();
  now += 26h;
  trim(committed);
  auto left = stores->journal().read_section(which, 0, 10);
  REQUIRE(left);
  REQUIRE(left->size() == 1);
  CHECK(left->front().after.sequence == 5);
}
