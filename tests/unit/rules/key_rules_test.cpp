#include "storage/rules/key_rules.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

constexpr timestamp start{1'700'000'000'000ms};

begin_key key(std::uint8_t data = 1) {
  begin_key result;
  result.fingerprint[0] = data;
  result.lease = 4s;
  result.ttl = 1h;
  return result;
}

complete_key answer(std::uint32_t attempt, std::string response,
                    bool keep = true) {
  complete_key result;
  result.attempt = attempt;
  result.keep = keep;
  result.response = std::move(response);
  return result;
}

struct desk {
  key_begun begin(timestamp at, std::uint8_t data = 1) {
    return rules.begin(record, key(data), at);
  }

  key_completed complete(complete_key command, timestamp at = start) {
    return rules.complete(record, command, at);
  }

  key_rules rules{1};
  std::optional<key_record> record;
};

} // namespace

TEST_CASE("a completed key answers what is stored") {
  desk x;
  CHECK(x.begin(start).state == key_state::begun);
  CHECK(x.complete(answer(1, "body")).accepted);
  auto replay = x.begin(start + 59min);
  CHECK(replay.state == key_state::stored);
  CHECK(replay.response == "body");
}

TEST_CASE("a key is in flight while its lease runs, then a retry takes over") {
  desk x;
  x.begin(start);
  auto early = x.begin(start + 1s);
  CHECK(early.state == key_state::in_flight);
  CHECK(early.retry_after == 3s);
  auto late = x.begin(start + 4s);
  CHECK(late.state == key_state::begun);
  CHECK(late.attempt == 2);
}

TEST_CASE("an attempt that was taken over from cannot complete") {
  desk x;
  x.begin(start);
  x.begin(start + 4s);
  auto loser = x.complete(answer(1, "one"));
  CHECK_FALSE(loser.accepted);
  CHECK(loser.response.empty());
  CHECK(x.complete(answer(2, "two")).accepted);
  loser = x.complete(answer(1, "one"));
  CHECK_FALSE(loser.accepted);
  CHECK(loser.response == "two");
}

TEST_CASE("an answer that is not kept ends the lease only") {
  desk x;
  x.begin(start);
  CHECK(x.complete(answer(1, "", false), start + 1s).accepted);
  auto next = x.begin(start + 1s);
  CHECK(next.state == key_state::begun);
  CHECK(next.attempt == 2);
  CHECK_FALSE(x.complete(answer(1, "", false), start + 2s).accepted);
  CHECK(x.begin(start + 2s).state == key_state::in_flight);
}

TEST_CASE("a key used with other data is a mismatch, completed or not") {
  desk x;
  x.begin(start);
  CHECK(x.begin(start, 2).state == key_state::mismatch);
  x.complete(answer(1, "body"));
  CHECK(x.begin(start, 2).state == key_state::mismatch);
}

TEST_CASE("a former incarnation's attempt is taken over at once") {
  desk x;
  x.begin(start);
  x.rules = key_rules{2};
  auto next = x.begin(start + 1ms);
  CHECK(next.state == key_state::begun);
  CHECK(next.attempt == 2);
}

TEST_CASE("a record lives its time from the first attempt on, and no less "
          "than its lease") {
  desk x;
  x.begin(start);
  x.begin(start + 59min + 59s);
  CHECK(x.begin(start + 1h).state == key_state::in_flight);
  auto fresh = x.begin(start + 1h + 3s);
  CHECK(fresh.state == key_state::begun);
  CHECK(fresh.attempt == 1);
}

TEST_CASE("an attempt that outlived its record completes nothing") {
  desk x;
  x.begin(start);
  auto late = x.complete(answer(1, "late"), start + 1h);
  CHECK_FALSE(late.accepted);
  CHECK(late.response.empty());
  CHECK_FALSE(x.record);
}

TEST_CASE("where several incarnations run at once, an attempt is left to one "
          "that lives while its lease runs, and taken from one that is dead") {
  for (std::uint64_t owner : {1, 3}) {
    auto is_alive = true;
    desk x;
    x.rules = key_rules{owner};
    x.begin(start);
    x.rules
      = key_rules{2, [&](std::uint64_t i) { return i == owner && is_alive; }};
    CHECK(x.begin(start + 3s).state == key_state::in_flight);
    is_alive = false;
    auto next = x.begin(start + 3s);
    CHECK(next.state == key_state::begun);
    CHECK(next.attempt == 2);
  }
}

TEST_CASE("a lease that is over is taken from one that lives") {
  desk x;
  x.begin(start);
  x.rules = key_rules{2, [](std::uint64_t) { return true; }};
  CHECK(x.begin(start + 4s).attempt == 2);
}
