#include "cli/rehearse/driver.hpp"
#include "cli/rehearse/registration_load.hpp"
#include "cli/rehearse/request_list.hpp"
#include "tests/unit/cli/rehearse_fixture.hpp"
#include "tests/unit/cli/toy_server.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace registrar;
using namespace registrar::rehearsal;
using namespace registrar::test;

namespace {

target of(const toy_server& server) {
  return {"127.0.0.1", server.port(),
          "127.0.0.1:" + std::to_string(server.port())};
}

std::vector<std::string> gets(std::size_t count) {
  std::vector<std::string> result;
  for (auto i = std::size_t{0}; i < count; ++i)
    result.push_back("GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n");
  return result;
}

/// The path of a request: what it is known by.
std::string path_of(const std::string& request) {
  return request.substr(4, request.find(' ', 4) - 4);
}

driver_options lanes(std::size_t count) {
  driver_options result;
  result.connections = count;
  return result;
}

} // namespace

TEST_CASE("every request is answered once and its answer is its own") {
  toy_server server{[](auto, auto& request) {
    return toy_server::answered(200, path_of(request));
  }};
  auto bodies = ask_all(of(server), lanes(8), gets(500), {});
  REQUIRE(bodies);
  for (auto i = std::size_t{0}; i < bodies->size(); ++i)
    CHECK((*bodies)[i] == "/" + std::to_string(i));
}

TEST_CASE("a large answer that comes in pieces is read whole") {
  std::string large(3'000'000, 'x');
  toy_server server{
    [&](auto, auto&) { return toy_server::answered(200, large); }};
  auto bodies = ask_all(of(server), lanes(2), gets(4), {});
  REQUIRE(bodies);
  for (auto& body : *bodies)
    CHECK(body == large);
}

TEST_CASE("every request bears the token once, also when it is sent again") {
  std::map<std::string, int> asked;
  std::set<std::string> heads;
  toy_server server{[&](auto, auto& request) {
    auto begin = request.find("\r\n") + 2;
    heads.insert(request.substr(begin));
    return ++asked[path_of(request)] == 1
             ? toy_server::answered(503, "later")
             : toy_server::answered(200, path_of(request));
  }};
  auto to = of(server);
  to.bearer = "sesame";
  auto bodies = ask_all(to, lanes(4), gets(20), {});
  REQUIRE(bodies);
  CHECK(heads == std::set<std::string>{"Authorization: Bearer sesame\r\n\r\n"});
  CHECK(asked.at("/0") == 2);
}

TEST_CASE("what was lost or put off is asked again until it is answered") {
  std::map<std::string, int> asked;
  toy_server server{[&](auto, auto& request) -> std::string {
    switch (asked[path_of(request)]++) {
      case 0: return "";
      case 1: return toy_server::answered(503, "later");
      default: return toy_server::answered(200, path_of(request));
    }
  }};
  request_list list{gets(20)};
  auto report = drive(of(server), lanes(4), list, {});
  REQUIRE(report);
  CHECK(report->answered == 20);
  CHECK(report->sent_again == 40);
  CHECK(report->by_status.at(0) == 20);
  CHECK(report->by_status.at(503) == 20);
  CHECK(report->by_status.at(200) == 20);
}

TEST_CASE("a server that closes after each answer is served all the same") {
  toy_server server{[](auto, auto& request) {
    return toy_server::answered(200, path_of(request), "Connection: close\r\n");
  }};
  request_list list{gets(40)};
  auto report = drive(of(server), lanes(3), list, {});
  REQUIRE(report);
  CHECK(report->answered == 40);
  CHECK(report->sent_again == 0);
}

TEST_CASE("at a rate, a request that had to wait is charged for waiting") {
  // Each answer takes 20 ms of the only connection; 100 are due each second.
  toy_server server{[](auto, auto&) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    return toy_server::answered(200, "");
  }};
  auto options = lanes(1);
  options.rate = 100;
  request_list list{gets(30)};
  auto report = drive(of(server), options, list, {});
  REQUIRE(report);
  // The last was due at 290 ms and cannot be answered before 600 ms.
  CHECK(report->latency.max() >= std::chrono::milliseconds{300});
  CHECK(report->latency.percentile(0.01) >= std::chrono::milliseconds{20});
}

TEST_CASE("a place where nobody answers is a failure that names it") {
  auto port = toy_server{[](auto, auto&) { return ""; }}.port();
  auto asked = ask_all({"127.0.0.1", port, "somewhere"}, lanes(2), gets(1), {});
  REQUIRE(!asked);
  CHECK(asked.error().detail.find("somewhere") != std::string::npos);
}

TEST_CASE("progress can end it") {
  toy_server server{
    [](auto, auto&) { return toy_server::answered(503, "never"); }};
  request_list list{gets(1)};
  auto calls = 0;
  auto ended = drive(of(server), lanes(1), list,
                     [&](auto&, auto) { return ++calls < 3; });
  REQUIRE(!ended);
  CHECK(ended.error().code == ec::shutting_down);
}

TEST_CASE("copies of one request come over different connections") {
  std::map<std::string, std::set<std::uint64_t>> connections;
  std::map<std::string, int> copies;
  toy_server server{[&](auto connection, auto& request) {
    auto key = request.substr(request.find("Idempotency-Key: "), 30);
    key = key.substr(0, key.find('\r'));
    connections[key].insert(connection);
    ++copies[key];
    return toy_server::answered(200, R"({"results":[{"section_id":")"
                                       + section_id{}.to_string()
                                       + R"(","status":"enrolled"}]})");
  }};
  std::vector<wish> wishes;
  for (auto& id : students(50))
    wishes.push_back({id, {section_id{}}});
  registration_load load{{route::register_sections, "h", "k", wishes, 3},
                         std::chrono::steady_clock::now()};
  REQUIRE(load.total() == 150);
  auto report = drive(of(server), lanes(6), load, {});
  REQUIRE(report);
  CHECK(report->answered == 150);
  CHECK(copies.size() == 50);
  for (auto& [key, count] : copies) {
    CHECK(count == 3);
    CHECK(connections[key].size() == 3);
  }
  invariant_checker checker;
  CHECK(load.settle(checker).empty());
}
