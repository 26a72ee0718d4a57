#include "tests/unit/redis/redis_ledger.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

/// What is lost is said, whoever asks, and nothing is made in its place.
void check_lost(redis_ledger& here, const std::string& key) {
  CAPTURE(key);
  REQUIRE(ask(*here.side, "DEL", key)[0].number() == 1);
  for (auto may_create : {false, true}) {
    auto decided = here.decide(redis_ledger::register_of(2), may_create);
    CHECK(decided.error.code == ec::ledger_lost);
    CHECK(decided.outcomes.empty());
  }
  CHECK(ask(*here.side, "EXISTS", key)[0].number() == 0);
}

} // namespace

TEST_CASE("a lost epoch is a lost ledger") {
  redis_ledger here;
  check_lost(here, redis_keys::epoch(partition_of(here.section)));
  CHECK(here.stores->ledger().current_epoch().error().code == ec::ledger_lost);
  CHECK(here.stores->ledger().fence({9, 9}).error().code == ec::ledger_lost);
  CHECK(here.stores->ledger().headers().error().code == ec::ledger_lost);
  // Nobody is without registrations because the ledger is gone.
  auto student = redis_ledger::register_of(1).student;
  CHECK(here.stores->ledger().registrations({&student, 1}).error().code
        == ec::ledger_lost);
}

TEST_CASE("a lost section is a lost ledger, never one without students") {
  redis_ledger here;
  check_lost(here, redis_keys::section(here.section));
  CHECK(here.stores->ledger().rows({&here.section, 1}).error().code
        == ec::ledger_lost);
}

TEST_CASE("a lost journal is a lost ledger") {
  redis_ledger here;
  check_lost(here, redis_keys::journal(partition_of(here.section)));
}

TEST_CASE("a lost journal is a lost ledger for what would have no effect") {
  redis_ledger here;
  ask(*here.side, "DEL", redis_keys::journal(partition_of(here.section)));
  auto known = redis_ledger::register_of(1);
  auto refused = redis_ledger::register_of(2);
  refused.verdict = {{refusal_reason::section_frozen, {}}};
  for (const auto& command : {known, refused}) {
    auto decided = here.decide(command);
    CHECK(decided.error.code == ec::ledger_lost);
    CHECK(decided.outcomes.empty());
  }
  CHECK(ask(*here.side, "EXISTS",
            redis_keys::memo(here.section, refused.request))[0]
          .number()
        == 0);
  decide_batch nothing;
  nothing.section = here.section;
  nothing.owner = here.owner;
  auto loaded = here.stores->ledger().execute({&nothing, 1}, now_utc());
  CHECK(loaded[0].answer.error.code == ec::ledger_lost);
}

TEST_CASE("a lost roster is a lost ledger") {
  redis_ledger here;
  check_lost(here, redis_keys::roster(here.section));
  CHECK(here.stores->ledger().rows({&here.section, 1}).error().code
        == ec::ledger_lost);
}

TEST_CASE("a lost waitlist is a lost ledger") {
  redis_ledger here;
  REQUIRE(here.decide(redis_ledger::register_of(3)).error.code == ec::none);
  check_lost(here, redis_keys::waitlist(here.section));
}

TEST_CASE("a lost id is a lost ledger, and another id is another's") {
  redis_ledger here;
  ask(*here.side, "SET", redis_keys::ledger_id, uuid::random().to_string());
  auto other = open_redis_ledger(here.options, uuid::random());
  REQUIRE(!other);
  CHECK(other.error().code == ec::store_unusable);
  ask(*here.side, "DEL", redis_keys::ledger_id);
  CHECK(here.stores->ledger().ping().error().code == ec::ledger_lost);
  CHECK(open_redis_ledger(here.options).error().code == ec::ledger_lost);
}
