#include "storage/embedded/journal_codec.hpp"

#include "storage/embedded/byte_stream.hpp"
#include "tests/ids_of.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace registrar;
using registrar::test::id;
using registrar::test::random_source;

namespace {

/// Small, large, or anything between.
std::uint64_t any_number(random_source& random) {
  auto bits = random.below(65);
  auto all = (std::uint64_t{random.below(1u << 31)} << 33)
             ^ (std::uint64_t{random.below(1u << 31)} << 16)
             ^ random.below(1u << 16);
  return bits == 0 ? 0 : all >> (64 - bits);
}

std::uint32_t any_count(random_source& random) {
  return static_cast<std::uint32_t>(any_number(random));
}

timestamp any_time(random_source& random) {
  return timestamp{std::chrono::milliseconds{any_number(random) >> 16}};
}

std::string any_text(random_source& random) {
  std::string result(random.one_in(3) ? 0 : random.below(300), '\0');
  for (auto& x : result)
    x = static_cast<char>(random.below(256));
  return result;
}

/// Nil now and then.
template <class Id>
Id any_id(random_source& random) {
  return random.one_in(4) ? Id{} : Id::random();
}

void add_memo(random_source& random, journal_entry& entry) {
  auto& memo = entry.memo;
  memo.status = static_cast<seat_status>(1 + random.below(12));
  memo.registration
    = random.one_in(2) ? entry.registration : any_id<registration_id>(random);
  memo.waitlist_position = any_count(random);
  memo.sequence = any_number(random);
  for (auto left = random.below(4); left > 0; --left)
    memo.refusals.push_back(
      {static_cast<refusal_reason>(random.below(10)), any_time(random)});
  entry.memo_expires = any_time(random);
  entry.memo_attempt = any_count(random);
}

journal_entry any_entry(random_source& random) {
  journal_entry entry;
  entry.kind = static_cast<entry_kind>(random.below(10));
  auto& settings = entry.after.settings;
  settings.total_seats = any_count(random);
  settings.waitlist_capacity = random.one_in(2) ? unlimited : any_count(random);
  settings.is_active = random.one_in(2);
  settings.is_frozen = random.one_in(2);
  settings.version = any_number(random);
  entry.after.section = section_id::random();
  entry.after.sequence = any_number(random);
  entry.after.enrolled = any_count(random);
  entry.after.waitlisted = any_count(random);
  entry.digest = any_number(random);
  entry.at = any_time(random);
  entry.request = any_id<request_id>(random);
  entry.student = any_id<student_id>(random);
  entry.registration = any_id<registration_id>(random);
  entry.ticket = any_number(random);
  entry.failure_reason = any_text(random);
  if (!random.one_in(3))
    add_memo(random, entry);
  return entry;
}

stored_key any_key(random_source& random) {
  stored_key result;
  result.scope.student = any_id<student_id>(random);
  result.scope.route = static_cast<route>(random.below(2));
  result.scope.key = any_text(random);
  auto& record = result.record;
  for (auto& byte : record.fingerprint)
    byte = static_cast<std::uint8_t>(random.below(256));
  record.attempt = any_count(random);
  record.lease_ends = any_time(random);
  record.incarnation = any_number(random);
  record.expires = any_time(random);
  record.is_completed = random.one_in(2);
  record.response = any_text(random);
  return result;
}

/// A copy that is not the same: cut, longer, or with some bits flipped.
std::string damaged(random_source& random, std::string bytes) {
  auto place = random.below(bytes.size());
  switch (random.below(4)) {
    case 0: bytes.resize(place); break;
    case 1: bytes += static_cast<char>(random.below(256)); break;
    case 2: bytes.erase(place, 1); break;
    default:
      bytes[place] = static_cast<char>(static_cast<unsigned char>(bytes[place])
                                       ^ (1 + random.below(255)));
  }
  return bytes;
}

} // namespace

TEST_CASE("an entry comes back as it was written") {
  std::string payload = "something old";
  for (std::uint64_t round = 0; round < test::rounds(3000); ++round) {
    INFO("seed ", test::seed(), ", round ", round);
    random_source random{round};
    auto entry = any_entry(random);
    auto row = row_of(any_number(random), entry);
    encode_entry(row, entry, payload);
    auto decoded = decode_entry(row, payload);
    REQUIRE(decoded);
    REQUIRE(*decoded == entry);
  }
}

TEST_CASE("an entry's payload that was damaged is refused") {
  std::string payload;
  for (std::uint64_t round = 0; round < test::rounds(500); ++round) {
    INFO("seed ", test::seed(), ", round ", round);
    random_source random{round};
    auto entry = any_entry(random);
    auto row = row_of(1, entry);
    encode_entry(row, entry, payload);
    for (std::size_t size = 0; size < payload.size(); ++size)
      REQUIRE_FALSE(
        decode_entry(row, std::string_view{payload}.substr(0, size)));
    for (int i = 0; i < 20; ++i) {
      auto bytes = damaged(random, payload);
      if (bytes != payload)
        REQUIRE_FALSE(decode_entry(row, bytes));
    }
    REQUIRE_FALSE(decode_entry(row, any_text(random)));
  }
}

TEST_CASE("an entry's payload under another row is refused") {
  random_source random{1};
  auto entry = any_entry(random);
  entry.kind = entry_kind::enrolled;
  auto row = row_of(7, entry);
  std::string payload;
  encode_entry(row, entry, payload);
  REQUIRE(decode_entry(row, payload));
  auto other = row;
  ++other.position;
  CHECK_FALSE(decode_entry(other, payload));
  other = row;
  other.kind = entry_kind::dropped;
  CHECK_FALSE(decode_entry(other, payload));
  other = row;
  other.section = id<section_id>(1);
  CHECK_FALSE(decode_entry(other, payload));
  other = row;
  ++other.sequence;
  CHECK_FALSE(decode_entry(other, payload));
  other = row;
  ++other.at_ms;
  CHECK_FALSE(decode_entry(other, payload));
  other = row;
  ++other.memo_expires_ms;
  CHECK_FALSE(decode_entry(other, payload));
}

TEST_CASE("a key's record comes back as it was written, and only so") {
  std::string payload = "something old";
  for (std::uint64_t round = 0; round < test::rounds(1000); ++round) {
    INFO("seed ", test::seed(), ", round ", round);
    random_source random{round};
    auto key = any_key(random);
    auto position = any_number(random);
    encode_key(position, key.scope, key.record, payload);
    auto decoded = decode_key(position, payload);
    REQUIRE(decoded);
    REQUIRE(decoded->scope == key.scope);
    REQUIRE(decoded->record == key.record);
    REQUIRE_FALSE(decode_key(position + 1, payload));
    for (int i = 0; i < 20; ++i) {
      auto bytes = damaged(random, payload);
      if (bytes != payload)
        REQUIRE_FALSE(decode_key(position, bytes));
    }
  }
}

TEST_CASE("bytes of any kind are read to their end and no further") {
  for (std::uint64_t round = 0; round < test::rounds(3000); ++round) {
    INFO("seed ", test::seed(), ", round ", round);
    random_source random{round};
    auto bytes = any_text(random);
    byte_reader in{bytes};
    std::size_t taken = 0;
    while (in.has_more()) {
      switch (random.below(5)) {
        case 0: in.take_byte(); break;
        case 1: in.take_number(); break;
        case 2: in.take_fixed(static_cast<int>(1 + random.below(8))); break;
        case 3: in.take_id<student_id>(); break;
        default: taken += in.take_text().size();
      }
    }
    REQUIRE(taken <= bytes.size());
    // Nothing is left, whether the end was met or passed.
    REQUIRE(in.take_text().empty());
    REQUIRE(in.take_id<student_id>().is_nil());
    REQUIRE(in.take_number() == 0);
    REQUIRE_FALSE(in.is_at_end());
  }
}
