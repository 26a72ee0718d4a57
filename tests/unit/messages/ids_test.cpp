#include "messages/ids.hpp"

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace registrar;

static_assert(!std::is_convertible_v<student_id, section_id>);
static_assert(!std::is_convertible_v<section_id, student_id>);
static_assert(!std::is_convertible_v<uuid, student_id>);
static_assert(!std::is_constructible_v<request_id, registration_id>);

TEST_CASE("a strong id is read and written as its uuid") {
  auto id = student_id::parse("123E4567-E89B-12D3-A456-426614174000");
  REQUIRE(id);
  CHECK(id->to_string() == "123e4567-e89b-12d3-a456-426614174000");
  CHECK_FALSE(student_id::parse("S0000001"));
}

// Fixed for the life of every ledger: these values must never change.
TEST_CASE("a section's partition is its SHA-256 mod 64") {
  auto partition
    = [](const char* text) { return partition_of(*section_id::parse(text)); };
  CHECK(partition("789e0123-e45b-67c8-d901-234567890123") == 42);
  CHECK(partition("00000000-0000-0000-0000-000000000000") == 20);
  CHECK(partition("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF") == 2);
}

TEST_CASE("sections spread over all partitions") {
  std::vector<int> hits(partition_count);
  for (int i = 0; i < 6'400; ++i)
    ++hits[partition_of(section_id::random())];
  for (auto count : hits)
    CHECK(count > 0);
}
