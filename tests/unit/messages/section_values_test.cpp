#include "messages/section_values.hpp"

#include <doctest/doctest.h>

using namespace registrar;

TEST_CASE("meetings are days and a span, or nothing") {
  CHECK(is_meetings(""));
  CHECK(is_meetings("MoWeFr 10:00-10:50;Tu 14:00-15:20"));
  CHECK_FALSE(is_meetings("Mo 10"));
  CHECK_FALSE(is_meetings("Xx 10:00-10:50"));
  CHECK_FALSE(is_meetings("Mo 10:50-10:00"));
  CHECK_FALSE(is_meetings("Mo 24:00-25:00"));
  CHECK_FALSE(is_meetings("Mo 10:00-10:50;"));
}

TEST_CASE("credits are decimals") {
  CHECK(is_decimal("4"));
  CHECK(is_decimal("2.5"));
  CHECK_FALSE(is_decimal("2."));
  CHECK_FALSE(is_decimal("two"));
}
