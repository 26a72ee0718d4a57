#include "cli/top/number_text.hpp"
#include "cli/top/screen_text.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace registrar::top;

TEST_CASE("nothing that steers a terminal gets through") {
  CHECK(cleaned("a\x1b[2Jb\r\n\tc\x7f") == "a?[2Jb???c?");
  CHECK(cleaned("\xc2\x9b"
                "2J")
        == "?2J");
  CHECK(cleaned("\xe2\x80\xae"
                "abc")
        == "?abc");
  CHECK(cleaned("Caf\xc3\xa9 \xe8\xac\x9b") == "Caf\xc3\xa9 \xe8\xac\x9b");
}

TEST_CASE("bytes that are no UTF-8 are one mark each") {
  CHECK(cleaned("\xff\xc3 \xc0\xaf") == "?? ??");
  CHECK(cleaned("\xe8\xac") == "??");
  CHECK(cleaned("\xed\xa0\x80") == "???");
}

TEST_CASE("columns are those of a terminal") {
  CHECK(columns_of("abc") == 3);
  CHECK(columns_of("é") == 1);
  CHECK(columns_of("e\u0301") == 1);
  CHECK(columns_of("講義") == 4);
  CHECK(columns_of("") == 0);
}

TEST_CASE("a text that is too long is cut between characters and says so") {
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdef", 4) == "abc…");
  CHECK(cut("講義講義", 5) == "講義…");
  CHECK(cut("講義講義", 4) == "講…");
  CHECK(cut("abc", 1) == "…");
  CHECK(cut("abc", 0).empty());
  CHECK(to_left("講", 4) == "講  ");
  CHECK(to_right("12", 4) == "  12");
  CHECK(without_last("aé") == "a");
  CHECK(without_last("").empty());
}

TEST_CASE("any bytes are cut to any width without harm") {
  for (std::uint64_t round = 0; round < registrar::test::rounds(2000);
       ++round) {
    registrar::test::random_source random{round};
    std::string text;
    for (auto left = random.below(40); left > 0; --left)
      text += "ab\x1b\n\xc3\xa9\xe8\xac\x9b\xcc\x81\xf0\x9f\x99\x82\xff"
        [random.below(17)];
    auto clean = cleaned(text);
    CHECK(cleaned(clean) == clean);
    auto width = random.below(50);
    CHECK(columns_of(cut(clean, width)) <= width);
    CHECK(columns_of(to_left(clean, width)) == width);
    CHECK(columns_of(to_right(clean, width)) == width);
    CHECK(columns_of(to_ascii(clean)) >= columns_of(clean));
  }
}

TEST_CASE("a terminal without UTF-8 gets similar characters") {
  CHECK(to_ascii("MSG/S▼ ▲ a… é") == "MSG/Sv ^ a~ ?");
  CHECK(to_ascii("講") == "??");
}

TEST_CASE("a character is encoded as it was decoded") {
  for (auto x : {U'a', U'é', U'講', U'\U0001f642'})
    CHECK(cleaned(utf8_of(x)) == utf8_of(x));
  CHECK(utf8_of(U'講') == "講");
}

TEST_CASE("figures read as an operator says them") {
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1'000) == "1,000");
  CHECK(count_text(1'234'567) == "1,234,567");
  CHECK(count_text(12'345'678) == "12.3M");
  CHECK(rate_text(0.04) == "0");
  CHECK(rate_text(1.25) == "1.2");
  CHECK(rate_text(12.5) == "12");
  CHECK(rate_text(1'234.5) == "1,234");
  CHECK(rate_text(12'345) == "12.3k");
  CHECK(span_text(0) == "0 ms");
  CHECK(span_text(0.123) == "0.12 ms");
  CHECK(span_text(8.04) == "8.0 ms");
  CHECK(span_text(120) == "120 ms");
  CHECK(span_text(5'400) == "5.4 s");
  CHECK(span_text(180e3) == "3 min");
  CHECK(span_text(5 * 3'600e3) == "5 h");
  CHECK(span_text(72 * 3'600e3) == "3 d");
  CHECK(share_text(0.003) == "0.3 %");
  CHECK(share_text(0.12) == "12 %");
  CHECK(bytes_text(512) == "512 B");
  CHECK(bytes_text(120e6) == "120 MB");
}

TEST_CASE("what is not known is no zero") {
  auto nothing = maybe{};
  for (const auto& text :
       {count_text(nothing), rate_text(nothing), span_text(nothing),
        share_text(nothing), bytes_text(nothing),
        count_text(std::numeric_limits<double>::infinity())})
    CHECK(text == "-");
}

TEST_CASE("times of day are those of UTC") {
  CHECK(clock_of("2026-09-01T10:31:07.123+02:00") == "08:31:07");
  CHECK(day_and_clock_of("2026-09-01T08:31:07Z") == "09-01 08:31:07");
  CHECK(clock_of("yesterday\n") == "yesterday?");
}

TEST_CASE("figures that do not fit are left out whole") {
  figure_line line{"answers", 30};
  line.add("p50", "1.2 ms").add("in flight", "3").add("p99", "8 ms");
  CHECK(plain_text(line.take()) == "answers          p50 1.2 ms");
}
