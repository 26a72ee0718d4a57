#include "messages/uuid.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <set>

using registrar::uuid;

TEST_CASE("an id is read in either case and written in lower case") {
  auto id = uuid::parse("123E4567-e89b-12D3-A456-426614174000");
  REQUIRE(id);
  CHECK(id->to_string() == "123e4567-e89b-12d3-a456-426614174000");
  CHECK(id == uuid::parse("123e4567-e89b-12d3-a456-426614174000"));
}

TEST_CASE("no version bits are demanded of an id") {
  for (auto text : {"789e0123-e45b-67c8-d901-234567890123",
                    "00000000-0000-0000-0000-000000000000",
                    "ffffffff-ffff-ffff-ffff-ffffffffffff"}) {
    auto id = uuid::parse(text);
    REQUIRE(id);
    CHECK(id->to_string() == text);
  }
}

TEST_CASE("what is not 8-4-4-4-12 hexadecimal digits is no id") {
  for (auto text : {"", "123e4567", "123e4567-e89b-12d3-a456-42661417400",
                    "123e4567-e89b-12d3-a456-4266141740000",
                    "123e4567e89b-12d3-a456-4266-14174000",
                    "{23e4567-e89b-12d3-a456-426614174000",
                    "123e4567-e89b-12d3-a456-42661417400g",
                    "123e4567-e89b-12d3-a456 426614174000",
                    "-23e4567-e89b-12d3-a456-426614174000",
                    "123e4567_e89b_12d3_a456_426614174000",
                    "123e4567-e89b-12d3-a456-42661417400\xc3"})
    CHECK_FALSE(uuid::parse(text));
}

TEST_CASE("a nul inside an id is no digit") {
  std::string text{"123e4567-e89b-12d3-a456-426614174000"};
  text[20] = '\0';
  CHECK_FALSE(uuid::parse(text));
}

TEST_CASE("a named id is that of RFC 9562") {
  auto dns = *uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  CHECK(uuid::named(dns, "www.example.com").to_string()
        == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST_CASE("import's named ids are those that the API promises") {
  auto url = uuid::url_namespace();
  CHECK(uuid::named(url, "registrar:section:SP24:CSE 8A:A00").to_string()
        == "78fee90e-d540-5111-9d18-2d7c3107f49f");
  CHECK(uuid::named(url, "registrar:student:S0000001").to_string()
        == "f1c1abe5-8593-511e-ab56-36cd497d3a92");
}

TEST_CASE("random ids are version 4 and do not repeat") {
  std::set<uuid> seen;
  for (int i = 0; i < 10'000; ++i) {
    auto id = uuid::random();
    CHECK((id.bytes[6] >> 4) == 4);
    CHECK((id.bytes[8] >> 6) == 2);
    seen.insert(id);
  }
  CHECK(seen.size() == 10'000);
}

TEST_CASE("time-ordered ids are version 7, rise with time and do not repeat") {
  constexpr std::size_t time_bytes = 6;
  constexpr std::size_t ids_min = 1'000;
  auto is_later = [](const uuid& x, const uuid& y) {
    return std::lexicographical_compare(
      y.bytes.begin(), y.bytes.begin() + time_bytes, x.bytes.begin(),
      x.bytes.begin() + time_bytes);
  };
  auto first = uuid::time_ordered();
  std::set<uuid> seen;
  uuid last;
  // Until the clock has gone on by a millisecond, whoever else has the
  // processor.
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  do {
    last = uuid::time_ordered();
    CHECK((last.bytes[6] >> 4) == 7);
    CHECK((last.bytes[8] >> 6) == 2);
    CHECK(seen.insert(last).second);
  } while ((seen.size() < ids_min || !is_later(last, first))
           && std::chrono::steady_clock::now() < deadline);
  CHECK(first < last);
}

TEST_CASE("only the nil id is nil") {
  CHECK(uuid{}.is_nil());
  CHECK_FALSE(uuid::random().is_nil());
}

TEST_CASE("ids order as their text does") {
  auto a = *uuid::parse("0f000000-0000-0000-0000-000000000000");
  auto b = *uuid::parse("f0000000-0000-0000-0000-000000000000");
  CHECK(a < b);
  CHECK(a.to_string() < b.to_string());
}

TEST_CASE("an id is appended behind what is there") {
  std::string text{"id="};
  uuid::parse("123e4567-e89b-12d3-a456-426614174000")->append_to(text);
  CHECK(text == "id=123e4567-e89b-12d3-a456-426614174000");
}

TEST_CASE(
  "hashes of ids that differ in one byte reach all workers and shards") {
  for (std::size_t place = 0; place < 16; ++place) {
    std::set<std::size_t> buckets;
    for (int value = 0; value < 256; ++value) {
      uuid id;
      id.bytes[place] = static_cast<std::uint8_t>(value);
      buckets.insert(id.hash() % 10);
      buckets.insert(16 + id.hash() % 16);
    }
    CHECK(buckets.size() == 10 + 16);
  }
}
