#include "storage/rules/memo_table.hpp"

#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace std::chrono_literals;
using registrar::test::id;

namespace {

constexpr timestamp start{1'700'000'000'123ms};

seat_outcome enrolled(std::uint64_t number) {
  seat_outcome result;
  result.status = seat_status::enrolled;
  result.registration = id<registration_id>(number);
  result.sequence = number;
  return result;
}

} // namespace

TEST_CASE("a memo gives back the whole outcome") {
  memo_table memos;
  seat_outcome refused;
  refused.status = seat_status::rejected;
  refused.refusals = {{refusal_reason::window_not_yet_open, start},
                      {refusal_reason::section_full, timestamp{}}};
  refused.sequence = 77;
  memos.store(3, id<request_id>(1), refused, 4, start + 1h);
  memos.store(3, id<request_id>(2), enrolled(9), 1, start + 1h);
  auto found = memos.find(3, id<request_id>(1), start);
  REQUIRE(found);
  CHECK(found->outcome == refused);
  CHECK(found->attempt == 4);
  CHECK(memos.find(3, id<request_id>(2), start)->outcome == enrolled(9));
  CHECK_FALSE(memos.find(4, id<request_id>(1), start));
  CHECK_FALSE(memos.find(3, id<request_id>(3), start));
}

TEST_CASE("a memo is void from its expiry on, before it leaves memory") {
  memo_table memos;
  memos.store(0, id<request_id>(1), enrolled(1), 1, start);
  CHECK(memos.find(0, id<request_id>(1), start - 1ms));
  CHECK_FALSE(memos.find(0, id<request_id>(1), start));
  CHECK(memos.size() == 1);
}

TEST_CASE("a newer memo replaces an older one and outlives its expiry") {
  memo_table memos;
  memos.store(0, id<request_id>(1), enrolled(1), 1, start);
  memos.store(0, id<request_id>(1), enrolled(2), 1, start + 1h);
  memos.forget(start + 1min, 100);
  CHECK(memos.size() == 1);
  CHECK(memos.find(0, id<request_id>(1), start + 1min)->outcome == enrolled(2));
}

TEST_CASE("expired memos leave memory a few at a time and their place is "
          "taken again") {
  memo_table memos;
  for (std::uint64_t i = 0; i < 1000; ++i)
    memos.store(0, id<request_id>(i), enrolled(i), 1,
                start + std::chrono::milliseconds{i * 10});
  memos.forget(start, 10);
  CHECK(memos.size() == 1000);
  memos.forget(start + 1h, 10);
  CHECK(memos.size() == 990);
  memos.forget(start + 1h, 10'000);
  CHECK(memos.size() == 0);
  for (std::uint64_t i = 0; i < 1000; ++i)
    memos.store(0, id<request_id>(i), enrolled(i + 1), 1, start + 2h);
  CHECK(memos.size() == 1000);
  for (std::uint64_t i = 0; i < 1000; ++i)
    REQUIRE(memos.find(0, id<request_id>(i), start + 1h)->outcome
            == enrolled(i + 1));
}

TEST_CASE("forgetting what has not expired does nothing") {
  memo_table memos;
  memos.store(0, id<request_id>(1), enrolled(1), 1, start + 1h);
  memos.forget(start + 1h - 1ms, 100);
  CHECK(memos.find(0, id<request_id>(1), start));
}
