#include "http/idempotency.hpp"

#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using registrar::test::id;

namespace {

fallible<std::string> key_given(std::optional<std::string> header,
                                std::optional<std::string> member = {}) {
  return read_key(header, member ? &*member : nullptr);
}

registration_request request_of(std::uint64_t student,
                                std::initializer_list<std::uint64_t> sections) {
  registration_request request;
  request.student = id<student_id>(student);
  for (auto number : sections)
    request.sections.push_back(id<section_id>(number));
  return request;
}

} // namespace

TEST_CASE("a key comes from the header, bare or quoted, or from the body") {
  CHECK(key_given({})->empty());
  CHECK(*key_given("k1") == "k1");
  CHECK(*key_given("\"k1\"") == "k1");
  CHECK(*key_given({}, "k1") == "k1");
  CHECK(*key_given("k1", "k1") == "k1");
  CHECK(*key_given("\"k1\"", "k1") == "k1");
}

TEST_CASE("a key that is given twice and differs is refused") {
  auto differs = key_given("k1", "k2");
  REQUIRE_FALSE(differs);
  CHECK(differs.error().code == ec::invalid_value);
  CHECK(differs.error().detail.find("differ") != std::string::npos);
}

TEST_CASE("a key has 1 to 255 printable ASCII characters") {
  CHECK(key_given(std::string(255, 'k')));
  CHECK(key_given("a b~!"));
  for (auto wrong : {std::string{}, std::string(256, 'k'), std::string{"\t"},
                     std::string{"\xc3\xa9"}, std::string{"a\x7f"}}) {
    CHECK_FALSE(key_given(wrong));
    CHECK_FALSE(key_given({}, wrong));
  }
  CHECK_FALSE(key_given("\"\""));
}

TEST_CASE("a quoted key may escape quotes and backslashes") {
  CHECK(*key_given(R"("a\"b\\c")") == R"(a"b\c)");
  CHECK(*key_given(R"("a\"b")", R"(a"b)") == R"(a"b)");
  // Bare, a backslash is itself.
  CHECK(*key_given(R"(a\b)") == R"(a\b)");
}

TEST_CASE("a fingerprint covers student and sections in their order") {
  auto print = fingerprint_of(request_of(1, {2, 3}));
  CHECK(print == fingerprint_of(request_of(1, {2, 3})));
  CHECK(print != fingerprint_of(request_of(1, {3, 2})));
  CHECK(print != fingerprint_of(request_of(1, {2})));
  CHECK(print != fingerprint_of(request_of(4, {2, 3})));
}

TEST_CASE("a fingerprint is SHA-256 of the ids' bytes, and never drifts") {
  auto print = fingerprint_of(request_of(1, {2}));
  const std::array<std::uint8_t, 4> expected{0x78, 0xd6, 0x87, 0x21};
  CHECK(std::equal(expected.begin(), expected.end(), print.begin()));
}

TEST_CASE("the same request under the same key is one business request") {
  auto print = fingerprint_of(request_of(1, {2}));
  key_scope scope{id<student_id>(1), route::register_sections, "k"};
  auto name = request_id_of(scope, print);
  CHECK(name == request_id_of(scope, print));
  auto other = scope;
  other.key += "l";
  CHECK(name != request_id_of(other, print));
  other = scope;
  other.route = route::drop_sections;
  CHECK(name != request_id_of(other, print));
  other = scope;
  other.student = id<student_id>(2);
  CHECK(name != request_id_of(other, print));
  CHECK(name != request_id_of(scope, fingerprint_of(request_of(1, {3}))));
}
