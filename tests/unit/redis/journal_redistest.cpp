#include "tests/unit/redis/redis_ledger.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

/// What the ledger never wrote, in the midst of what it did.
struct spoilt_journal : redis_ledger {
  spoilt_journal() {
    spoil();
    for (std::uint64_t student = 2; student < 5; ++student)
      REQUIRE(decide(register_of(student)).error.code == ec::none);
    spoil();
  }

  void spoil() {
    ask(*side, "XADD", key(), "*", "e", "garbage");
  }

  std::int64_t length() {
    return ask(*side, "XLEN", key())[0].number();
  }

  std::string key() const {
    return redis_keys::journal(partition_of(section));
  }

  sync_journal& journal() {
    return stores->journal();
  }
};

std::vector<std::uint64_t>
sequences_of(const std::vector<journal_entry>& entries) {
  std::vector<std::uint64_t> result;
  for (const auto& entry : entries)
    result.push_back(entry.after.sequence);
  return result;
}

} // namespace

TEST_CASE("the entries around one that nobody can read are read, in pages of "
          "every size") {
  spoilt_journal here;
  std::vector<std::uint64_t> all{1, 2, 3, 4, 5};
  for (std::size_t limit = 1; limit < 9; ++limit) {
    CAPTURE(limit);
    std::vector<std::uint64_t> found;
    sync_journal::page page;
    std::uint64_t position = 0;
    do {
      position = page.position;
      page = must_have(here.journal().read(position, limit));
      for (auto x : sequences_of(page.entries))
        found.push_back(x);
    } while (page.position != position);
    CHECK(found == all);
  }
  auto of_section = must_have(here.journal().read_section(here.section, 1, 9));
  CHECK(sequences_of(of_section) == std::vector<std::uint64_t>{2, 3, 4, 5});
}

TEST_CASE("a trim deletes what is around an entry that nobody can read, and "
          "leaves that") {
  spoilt_journal here;
  REQUIRE(here.length() == 7);
  section_cursor cursor{here.section, 5};
  auto later = now_utc() + std::chrono::hours{26};
  CHECK(must_have(here.journal().trim({&cursor, 1}, later, 100)) == 4);
  CHECK(here.length() == 3);
  // The next one begins anew and finds the same.
  CHECK(must_have(here.journal().trim({&cursor, 1}, later, 100)) == 0);
}
