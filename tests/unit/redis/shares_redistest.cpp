#include "storage/redis/lease.hpp"
#include "tests/unit/redis/redis_ledger.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

constexpr partition_share first{0, 2};
constexpr partition_share second{1, 2};

/// A ledger that two connections of one server share.
struct shared_ledger : redis_ledger {
  shared_ledger() {
    one = open(first);
    two = open(second);
  }

  std::unique_ptr<ledger_stores> open(const partition_share& share) {
    return must_have(open_redis_ledger(options, {}, 1, claim, share));
  }

  /// A section of the share.
  static section_id section_in(const partition_share& share) {
    std::uint64_t number = 1;
    while (!share.has(partition_of(id<section_id>(number))))
      ++number;
    return id<section_id>(number);
  }

  static decide_batch batch_for(const section_id& section, const epoch& owner,
                                std::uint64_t student) {
    decide_batch result;
    result.section = section;
    result.owner = owner;
    result.may_create = true;
    result.initial.total_seats = 1;
    result.commands = {register_of(student)};
    return result;
  }

  static ec decide(ledger_stores& stores, const decide_batch& batch) {
    return stores.ledger().execute({&batch, 1}, now_utc())[0].answer.error.code;
  }

  std::shared_ptr<ledger_claim> claim = std::make_shared<ledger_claim>("node");
  std::unique_ptr<ledger_stores> one, two;
  epoch of_first{2, 22};
  epoch of_second{3, 33};
};

begin_key key_of(std::uint64_t student) {
  begin_key result;
  result.scope = {id<student_id>(student), route::register_sections, "key"};
  result.lease = 5s;
  result.ttl = 1h;
  return result;
}

/// How often Redis has read from any connection.
std::uint64_t reads_of(redis_connection& redis) {
  auto replies = ask(redis, "INFO", "stats");
  std::string text{replies[0].text()};
  constexpr std::string_view name = "total_reads_processed:";
  auto at = text.find(name);
  REQUIRE(at != text.npos);
  return std::stoull(text.substr(at + name.size()));
}

} // namespace

TEST_CASE("each share of a ledger has an owner of its own") {
  shared_ledger here;
  REQUIRE(bool(here.one->ledger().fence(here.of_first)));
  REQUIRE(bool(here.two->ledger().fence(here.of_second)));
  CHECK(must_have(here.one->ledger().current_epoch()) == here.of_first);
  CHECK(must_have(here.two->ledger().current_epoch()) == here.of_second);
  auto in_first = here.section_in(first);
  auto in_second = here.section_in(second);
  CHECK(here.decide(*here.one, here.batch_for(in_first, here.of_first, 1))
        == ec::none);
  CHECK(here.decide(*here.two, here.batch_for(in_second, here.of_second, 1))
        == ec::none);
  CHECK(here.decide(*here.one, here.batch_for(in_first, here.of_second, 2))
        == ec::fenced);
  CHECK(here.decide(*here.two, here.batch_for(in_second, here.of_first, 2))
        == ec::fenced);
}

TEST_CASE("a share that is taken over again leaves the other one alone") {
  shared_ledger here;
  REQUIRE(bool(here.one->ledger().fence(here.of_first)));
  REQUIRE(bool(here.two->ledger().fence(here.of_second)));
  REQUIRE(bool(here.one->ledger().fence({4, 44})));
  CHECK(here.decide(*here.two,
                    here.batch_for(here.section_in(second), here.of_second, 1))
        == ec::none);
}

TEST_CASE("shares name each section once") {
  shared_ledger here;
  REQUIRE(bool(here.one->ledger().fence(here.of_first)));
  REQUIRE(bool(here.two->ledger().fence(here.of_second)));
  for (std::uint64_t i = 1; i <= 20; ++i) {
    auto section = id<section_id>(i);
    auto in_first = first.has(partition_of(section));
    auto& stores = in_first ? *here.one : *here.two;
    auto& owner = in_first ? here.of_first : here.of_second;
    REQUIRE(here.decide(stores, here.batch_for(section, owner, i)) == ec::none);
  }
  auto of_one = must_have(here.one->ledger().headers());
  auto of_two = must_have(here.two->ledger().headers());
  CHECK(of_one.size() + of_two.size() == 20);
  for (const auto& x : of_one)
    CHECK(first.has(partition_of(x.section)));
  for (const auto& x : of_two)
    CHECK(second.has(partition_of(x.section)));
  // The ledger that has no share is all of it.
  CHECK(must_have(here.stores->ledger().headers()).size() == 20);
}

TEST_CASE("who does not hold the first partition takes no other") {
  shared_ledger here;
  auto early = here.two->ledger().hold(60s);
  REQUIRE(!early);
  CHECK(early.error().code == ec::dependency_unavailable);
  for (auto p : members_of(second.partitions()))
    CHECK(ask(*here.side, "EXISTS", redis_keys::lease(p))[0].number() == 0);
  REQUIRE(bool(here.one->ledger().hold(60s)));
  CHECK(bool(here.two->ledger().hold(60s)));
  // Another server gets neither.
  auto stranger = std::make_shared<ledger_claim>("stranger");
  for (const auto& share : {first, second}) {
    auto stores
      = must_have(open_redis_ledger(here.options, {}, 2, stranger, share));
    CHECK(!stores->ledger().hold(60s));
  }
}

TEST_CASE("both shares of a former run are taken over at once") {
  shared_ledger here;
  REQUIRE(bool(here.one->ledger().hold(60s)));
  REQUIRE(bool(here.two->ledger().hold(60s)));
  auto younger = std::make_shared<ledger_claim>("node");
  for (const auto& share : {first, second}) {
    auto stores
      = must_have(open_redis_ledger(here.options, {}, 2, younger, share));
    CHECK(bool(stores->ledger().hold(60s)));
  }
  CHECK(!here.one->ledger().hold(60s));
  CHECK(!here.two->ledger().hold(60s));
}

TEST_CASE("keys and decisions of a mailbox take one round trip") {
  redis_ledger here;
  auto begun = key_of(2);
  REQUIRE(here.stores->keys().begin({&begun, 1}, now_utc())[0].state
          == key_state::begun);
  complete_key completed{begun.scope, 1, true, "{\"answer\":2}"};
  auto to_begin = key_of(3);
  auto batch = shared_ledger::batch_for(here.section, here.owner, 3);
  auto before = reads_of(*here.side);
  auto done = here.stores->carry_out(
    {{&to_begin, 1}, {&batch, 1}, {&completed, 1}}, now_utc());
  // The other one asks.
  CHECK(reads_of(*here.side) == before + 2);
  REQUIRE(done.begun.size() == 1);
  CHECK(done.begun[0].state == key_state::begun);
  CHECK(done.begun[0].attempt == 1);
  REQUIRE(done.decisions.size() == 1);
  CHECK(done.decisions[0].answer.outcomes.at(0).status
        == seat_status::waitlisted);
  REQUIRE(done.completed.size() == 1);
  CHECK(done.completed[0].accepted);
  auto again = here.stores->keys().begin({&begun, 1}, now_utc())[0];
  CHECK(again.state == key_state::stored);
  CHECK(again.response == "{\"answer\":2}");
}

TEST_CASE("a mailbox without keys, or without decisions, is carried out too") {
  redis_ledger here;
  auto batch = shared_ledger::batch_for(here.section, here.owner, 3);
  auto decided = here.stores->carry_out({{}, {&batch, 1}, {}}, now_utc());
  REQUIRE(decided.decisions.size() == 1);
  CHECK(decided.decisions[0].answer.error.code == ec::none);
  auto key = key_of(4);
  auto begun = here.stores->carry_out({{&key, 1}, {}, {}}, now_utc());
  REQUIRE(begun.begun.size() == 1);
  CHECK(begun.begun[0].state == key_state::begun);
  auto nothing = here.stores->carry_out({}, now_utc());
  CHECK(nothing.begun.empty());
  CHECK(nothing.decisions.empty());
}

TEST_CASE("more keys than one script takes are answered in their order") {
  redis_ledger here;
  std::vector<begin_key> keys;
  for (std::uint64_t i = 0; i < 150; ++i)
    keys.push_back(key_of(10 + i % 100));
  auto batch = shared_ledger::batch_for(here.section, here.owner, 3);
  auto done = here.stores->carry_out({keys, {&batch, 1}, {}}, now_utc());
  REQUIRE(done.begun.size() == keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    CHECK(done.begun[i].state
          == (i < 100 ? key_state::begun : key_state::in_flight));
  CHECK(done.decisions.at(0).answer.error.code == ec::none);
}
