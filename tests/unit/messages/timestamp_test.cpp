#include "messages/timestamp.hpp"

#include "tests/seed.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

std::string read_back(const char* text) {
  auto at = parse_rfc3339(text);
  return at ? to_rfc3339(*at) : "nothing";
}

} // namespace

TEST_CASE("times are written with milliseconds and Z") {
  CHECK(to_rfc3339(timestamp{}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(timestamp{1'700'000'000'007ms})
        == "2023-11-14T22:13:20.007Z");
}

TEST_CASE("every offset and fraction of RFC 3339 is read") {
  auto noon = "2026-09-01T12:00:00.000Z";
  CHECK(read_back("2026-09-01T12:00:00Z") == noon);
  CHECK(read_back("2026-09-01t12:00:00z") == noon);
  CHECK(read_back("2026-09-01 12:00:00Z") == noon);
  CHECK(read_back("2026-09-01T14:00:00+02:00") == noon);
  CHECK(read_back("2026-09-01T06:30:00-05:30") == noon);
  CHECK(read_back("2026-09-02T11:59:00+23:59") == noon);
  CHECK(read_back("2026-09-01T12:00:00.5Z") == "2026-09-01T12:00:00.500Z");
  CHECK(read_back("2026-09-01T12:00:00.1239Z") == "2026-09-01T12:00:00.123Z");
  CHECK(read_back("2026-09-01T12:00:00.999999999Z")
        == "2026-09-01T12:00:00.999Z");
  CHECK(read_back("9999-12-31T23:59:59.999Z") == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("the days of each month are known") {
  CHECK(read_back("2024-02-29T00:00:00Z") == "2024-02-29T00:00:00.000Z");
  CHECK(read_back("2023-02-29T00:00:00Z") == "nothing");
  CHECK(read_back("2000-02-29T00:00:00Z") == "2000-02-29T00:00:00.000Z");
  CHECK(read_back("2100-02-29T00:00:00Z") == "nothing");
  CHECK(read_back("2026-04-31T00:00:00Z") == "nothing");
}

TEST_CASE("what is not RFC 3339 is no time") {
  for (auto text : {"",
                    "2026-09-01",
                    "2026-09-01T12:00:00",
                    "2026-09-01T12:00Z",
                    "2026-9-01T12:00:00Z",
                    "2026-13-01T12:00:00Z",
                    "2026-00-01T12:00:00Z",
                    "2026-09-00T12:00:00Z",
                    "2026-09-01T24:00:00Z",
                    "2026-09-01T12:60:00Z",
                    "2026-09-01T12:00:60Z",
                    "2026-09-01T12:00:00.Z",
                    "2026-09-01T12:00:00.1234567890Z",
                    "2026-09-01T12:00:00+0200",
                    "2026-09-01T12:00:00+24:00",
                    "2026-09-01T12:00:00+02:60",
                    "2026-09-01T12:00:00Z ",
                    " 2026-09-01T12:00:00Z",
                    "1969-12-31T23:59:59Z",
                    "+2026-09-01T12:00:00Z",
                    "2026-09-01T-1:00:00Z",
                    "1970-01-01T00:00:00+00:01",
                    "9999-12-31T23:59:59-00:01"})
    CHECK_MESSAGE(!parse_rfc3339(text), text);
}

TEST_CASE("what was written is read back") {
  test::random_source random{1};
  for (int i = 0; i < 10'000; ++i) {
    // Up to the end of 9999.
    timestamp at{std::chrono::milliseconds{random.below(253'402'300'800) * 1'000
                                           + random.below(1'000)}};
    CHECK(parse_rfc3339(to_rfc3339(at)) == at);
  }
}

TEST_CASE("now is after this was written") {
  CHECK(now_utc() > *parse_rfc3339("2024-01-01T00:00:00Z"));
}
