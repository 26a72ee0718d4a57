#include "storage/redis/codec.hpp"
#include "tests/unit/redis/redis_ledger.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

std::string student_key(const redis_ledger& here, std::uint64_t student) {
  return redis_keys::prefix(partition_of(here.section))
         + "student:" + id<student_id>(student).to_string();
}

decide_batch batch_of(const redis_ledger& here,
                      std::initializer_list<std::uint64_t> students) {
  decide_batch result;
  result.section = here.section;
  result.owner = here.owner;
  for (auto student : students)
    result.commands.push_back(redis_ledger::register_of(student));
  return result;
}

/// What the section's last entry says of it.
section_header last_entry(redis_ledger& here) {
  auto journal = redis_keys::journal(partition_of(here.section));
  auto replies = ask(*here.side, "XREVRANGE", journal, "+", "-", "COUNT", 1);
  auto entry = redis_codec::take_entry(replies[0][0][1][1].text());
  REQUIRE(bool(entry));
  return entry->after;
}

} // namespace

TEST_CASE("a command that fails midway leaves its section as its last entry "
          "says") {
  redis_ledger here;
  ask(*here.side, "SET", student_key(here, 4), "no hash");
  auto batch = batch_of(here, {2, 3, 4, 5});
  auto decided
    = here.stores->ledger().execute({&batch, 1}, now_utc())[0].answer;
  CHECK(decided.error.code == ec::in_doubt);
  auto after = must_have(open_redis_ledger(here.options));
  auto rows = must_have(after->ledger().rows({&here.section, 1}));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].header == last_entry(here));
  CHECK(rows[0].waitlist.size() == 2);
  CHECK(rows[0].header.waitlisted == 2);
  // Made sound, it is decided as if nothing had been.
  ask(*here.side, "DEL", student_key(here, 4));
  auto again = after->ledger().execute({&batch, 1}, now_utc())[0].answer;
  REQUIRE_MESSAGE(again.error.code == ec::none, again.error.detail);
  REQUIRE(again.outcomes.size() == 4);
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(again.outcomes[i].status == seat_status::waitlisted);
    CHECK(again.outcomes[i].waitlist_position == i + 1);
  }
  CHECK(again.header == last_entry(here));
}

TEST_CASE("what a student holds in a partition is packed") {
  redis_ledger here;
  auto batch = batch_of(here, {2});
  auto decided = here.stores->ledger().execute({&batch, 1}, now_utc());
  REQUIRE(decided[0].answer.error.code == ec::none);
  for (std::uint64_t student : {1, 2}) {
    CAPTURE(student);
    CHECK(ask(*here.side, "OBJECT", "ENCODING", student_key(here, student))[0]
            .text()
          == "listpack");
  }
}
