#include "messages/trace_context.hpp"

#include <doctest/doctest.h>

using namespace registrar;

namespace {

const std::string trace = "0af7651916cd43dd8448eb211c80319c";
const std::string span = "b7ad6b7169203331";
const std::string whole = "00-" + trace + '-' + span + "-01";

} // namespace

TEST_CASE("a traceparent is read and written as it was") {
  auto read = trace_context::parse(whole);
  REQUIRE(read);
  CHECK(read->to_string() == whole);
  CHECK(read->trace_text() == trace);
  CHECK(read->flags == 1);
}

TEST_CASE("flags that this version does not know are not passed on") {
  auto read = trace_context::parse("00-" + trace + '-' + span + "-fe");
  REQUIRE(read);
  CHECK(read->flags == 0);
}

TEST_CASE("later versions are read as far as this one goes") {
  auto later = "cc" + whole.substr(2);
  CHECK(trace_context::parse(later));
  CHECK(trace_context::parse(later + "-what-comes"));
  CHECK_FALSE(trace_context::parse(later + "what-comes"));
}

TEST_CASE("what is no traceparent is not read") {
  auto with = [](std::size_t at, const std::string& text) {
    return std::string{whole}.replace(at, text.size(), text);
  };
  for (const auto& wrong :
       {std::string{}, whole.substr(0, 54), whole + "-", whole + "-00",
        with(0, "ff"), with(0, "0x"), with(3, "0AF7"), with(3, "g"),
        with(2, "_"), with(35, "_"), with(52, "_"), with(53, "0G"),
        with(3, std::string(32, '0')), with(36, std::string(16, '0'))}) {
    CAPTURE(wrong);
    CHECK_FALSE(trace_context::parse(wrong));
  }
}

TEST_CASE("a new trace is unlike others, a child goes on with it") {
  auto one = trace_context::random();
  CHECK_FALSE(one.is_empty());
  CHECK(trace_context{}.is_empty());
  CHECK(one.trace != trace_context::random().trace);
  auto child = one.child();
  CHECK(child.trace == one.trace);
  CHECK(child.span != one.span);
  CHECK(trace_context::parse(child.to_string()) == child);
}
