#include "http/json_reader.hpp"
#include "tests/unit/http/says.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace registrar;
using namespace registrar::test;

namespace {

constexpr const char* student_text = "123e4567-e89b-12d3-a456-426614174000";
constexpr const char* section_text = "789e0123-e45b-67c8-d901-234567890123";

std::string fault_of(std::string_view body) {
  auto read = read_json(body);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ec::invalid_value);
  return read.error().detail;
}

std::string registration_fault_of(std::string_view body) {
  auto read = read_registration_body(body);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ec::invalid_value);
  return read.error().detail;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

} // namespace

TEST_CASE("32 levels are read, the 33rd and 100,000 are refused") {
  CHECK(read_json(nested(32)));
  CHECK(says(fault_of(nested(33)), "nested deeper than 32"));
  CHECK(says(fault_of(nested(100'000)), "nested deeper than 32"));
  CHECK(says(fault_of(std::string(100'000, '[')), "nested deeper than 32"));
}

TEST_CASE("a member that is there twice is refused and named, at any level") {
  CHECK(says(fault_of(R"({"a":1,"a":2})"), "\"a\" is there twice"));
  CHECK(says(fault_of(R"({"x":[{"b":1,"b":1}]})"), "\"b\""));
  CHECK(says(fault_of(R"({"\u0061":1,"a":2})"), "twice"));
  CHECK(read_json(R"({"a":{"a":1},"b":{"a":1}})"));
}

TEST_CASE("integers beyond 64 bits are refused instead of rounded") {
  CHECK((*read_json("18446744073709551615")).get<std::uint64_t>()
        == 18446744073709551615u);
  CHECK(says(fault_of("18446744073709551616"), "beyond 64 bits"));
  CHECK(says(fault_of("-9223372036854775809"), "beyond 64 bits"));
  CHECK(read_json("-9223372036854775808"));
  CHECK(read_json("1.5e3"));
}

TEST_CASE("what is not one JSON value in UTF-8 is refused with its place") {
  for (auto body : {"", "nul", "{", "[1,]", "{} {}", "{}x", "'a'", "01",
                    "\"\xff\xfe\"", "\"\xed\xa0\x80\"", "\"\t\"", "NaN"})
    CHECK(says(fault_of(body), "not JSON at byte"));
}

TEST_CASE("a fault that quotes the body stays short") {
  auto body = '"' + std::string(60'000, 'x') + '\x01';
  CHECK(fault_of(body).size() < 500);
}

TEST_CASE("a registration is read with or without a key") {
  auto text = std::string{R"({"student_id":")"} + student_text
              + R"(","section_ids":[")" + section_text + R"("])";
  auto bare = read_registration_body(text + "}");
  REQUIRE(bare);
  CHECK(bare->student_id == student_text);
  CHECK(bare->section_ids == std::vector<std::string>{section_text});
  CHECK_FALSE(bare->has_key);
  auto keyed = read_registration_body(text + R"(,"idempotency_key":"k"})");
  REQUIRE(keyed);
  CHECK(keyed->has_key);
  CHECK(keyed->idempotency_key == "k");
}

TEST_CASE("a registration's members are known, single and of their type") {
  auto fault = registration_fault_of;
  CHECK(says(fault(R"({"studentid":"a"})"), "\"studentid\" is not known"));
  CHECK(says(fault(R"({"student_id":"a","student_id":"a"})"), "twice"));
  CHECK(says(fault(R"({"section_ids":[],"section_ids":[]})"), "twice"));
  CHECK(says(fault(R"({"student_id":3})"), "student_id must be a string"));
  CHECK(says(fault(R"({"student_id":null})"), "student_id must be a string"));
  CHECK(says(fault(R"({"student_id":["a"]})"), "student_id must be a string"));
  CHECK(says(fault(R"({"idempotency_key":true})"), "idempotency_key must be"));
  CHECK(says(fault(R"({"section_ids":"a"})"), "section_ids must be an array"));
  CHECK(says(fault(R"({"section_ids":[1]})"), "section_ids must be an array"));
  CHECK(says(fault(R"({"section_ids":[["a"]]})"), "section_ids must be"));
  CHECK(says(fault(R"({"section_ids":[{}]})"), "section_ids must be"));
  CHECK(says(fault(R"({"section_ids":["a"]})"), "student_id is missing"));
  CHECK(says(fault(R"({"student_id":"a"})"), "section_ids is missing"));
}

TEST_CASE("a registration that is no object is told so") {
  for (auto body : {"[]", "[1]", "3", "\"a\"", "null", "true", "1.5"})
    CHECK(says(registration_fault_of(body), "must be a JSON object"));
  CHECK(says(registration_fault_of(nested(100'000)), "must be a JSON object"));
}

TEST_CASE("only known members pass, and the other one is named") {
  CHECK(only_members({{"a", 1}}, {"a", "b"}));
  CHECK(only_members(nlohmann::json::object(), {"a"}));
  CHECK(says(only_members({{"c", 1}}, {"a", "b"}).error().detail, "\"c\""));
  CHECK(says(only_members(nlohmann::json::array(), {"a"}).error().detail,
             "must be a JSON object"));
}
