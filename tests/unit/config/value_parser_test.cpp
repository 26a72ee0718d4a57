#include "config/value_parser.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

std::optional<listen_address> listen(const std::string& text) {
  std::string fault;
  auto result = read_listen(text, fault);
  CHECK(result.has_value() == fault.empty());
  return result;
}

std::optional<std::chrono::milliseconds> duration(const given_value& given) {
  std::string fault;
  auto result = read_duration(given, 10ms, 48h, fault);
  CHECK(result.has_value() == fault.empty());
  return result;
}

std::optional<std::uint64_t> number(const given_value& given) {
  std::string fault;
  auto result = read_number(given, 1, 10, fault);
  CHECK(result.has_value() == fault.empty());
  return result;
}

} // namespace

TEST_CASE("an address to listen on is an IP address and a port") {
  CHECK(listen("127.0.0.1:8080")->port == 8080);
  CHECK(listen("localhost:0")->host == "127.0.0.1");
  CHECK(listen("[::1]:65535")->host == "::1");
  for (auto* wrong :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:80x", "127.0.0.1:-1", "example.org:80", "::1:80",
        "[127.0.0.1]:80", "[::1:80", "256.0.0.1:80"}) {
    CAPTURE(wrong);
    CHECK(!listen(wrong));
  }
}

TEST_CASE("a duration has a unit, or counts seconds") {
  CHECK(duration("2000ms") == 2000ms);
  CHECK(duration("90s") == 90s);
  CHECK(duration("10min") == 10min);
  CHECK(duration("24 h") == 24h);
  CHECK(duration(std::int64_t{5}) == 5s);
  CHECK(duration("5") == 5s);
  for (auto* wrong : {"", "h", "-1s", "1.5s", "1d", "9ms", "49h",
                      "99999999999999999999s", "1000000000000h"}) {
    CAPTURE(wrong);
    CHECK(!duration(std::string{wrong}));
  }
  CHECK(!duration(std::int64_t{-5}));
  CHECK(!duration(true));
}

TEST_CASE("a number stays within its bounds") {
  CHECK(number(std::int64_t{1}) == 1);
  CHECK(number("10") == 10);
  CHECK(!number(std::int64_t{0}));
  CHECK(!number(std::int64_t{-1}));
  CHECK(!number("11"));
  CHECK(!number("1e1"));
  CHECK(!number(""));
  CHECK(!number(false));
}

TEST_CASE("addresses come as a list or separated by commas") {
  std::string fault;
  auto list = read_addresses("10.0.0.1, ::1", fault);
  REQUIRE(list);
  CHECK(*list == std::vector<std::string>{"10.0.0.1", "::1"});
  CHECK(read_addresses(std::string{}, fault)->empty());
  CHECK(!read_addresses(std::vector<std::string>{"10.0.0"}, fault));
  CHECK(fault.find("10.0.0") != std::string::npos);
}

TEST_CASE("an origin is written as browsers write it") {
  auto is_read = [](const std::string& text) {
    std::string fault;
    auto read = read_origins(given_value{text}, fault);
    CHECK(fault.empty() == read.has_value());
    return read.has_value();
  };
  for (std::string right :
       {"https://a.example", "http://localhost:3000", "https://[::1]:8443",
        "https://[::1]", "https://a.example, http://b.example:8080",
        "capacitor://localhost", ""}) {
    CAPTURE(right);
    CHECK(is_read(right));
  }
  for (std::string wrong :
       {"*", "null", "a.example", "https://a.example/", "https://A.example",
        "https://a.example:443", "http://a.example:80", "https://a.example:",
        "https://a.example:0", "https://a.example:x", "https://", "://a",
        "https://a b", "https://a.example/x", "https://a.example:123456"}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_read(wrong));
  }
}

TEST_CASE("what is shown reads back as the same") {
  for (auto span : {10ms, 1500ms, 60'000ms, 3'600'000ms, 90'000ms})
    CHECK(duration(show_duration(span)) == span);
  CHECK(show_text("a\"b\\c\n") == "\"a\\\"b\\\\c\\u000a\"");
}

TEST_CASE("a slip is answered with the word that was meant") {
  std::array<std::string, 2> known{"listen", "io_threads"};
  CHECK(suggestion("lissten", known) == "; did you mean listen?");
  CHECK(suggestion("io_thread", known) == "; did you mean io_threads?");
  CHECK(suggestion("colour", known).empty());
}

TEST_CASE("places of other machines are names or addresses, each with a port") {
  std::string fault;
  CHECK(read_places(std::string{}, fault) == "");
  CHECK(read_places(std::string{"a-1.example:1 ,10.0.0.1:65535,[::1]:2"}, fault)
        == "a-1.example:1,10.0.0.1:65535,[::1]:2");
  CHECK(fault.empty());
  for (auto text : {"a", "a:", ":1", "a:0", "a:65536", "a:1x", "::1:2", "[::1]",
                    "[x]:1", "a b:1", "redis://a:1", "a:1,b"}) {
    CAPTURE(text);
    fault.clear();
    CHECK(!read_places(std::string{text}, fault));
    CHECK(fault.find("HOST:PORT") != std::string::npos);
  }
  CHECK(!read_places(true, fault));
}
