// Deadlines, bounds, the address and the end of the server.

#include "tests/integration/http_fixture.hpp"

#include <algorithm>
#include <set>

using namespace registrar;
using namespace registrar::test;

namespace {

const auto live_request = request("GET", "/live");
const auto register_request
  = request("POST", "/api/v1/register", registration_of(1, {2}));

/// Waits for what another thread does.
template <class Condition>
bool eventually(Condition condition) {
  auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

/// Sends one byte after the other until the server answers or closes.
std::optional<raw_response> drip(std::uint16_t port, std::string_view start) {
  raw_client client{port};
  client.send(start);
  std::atomic<bool> is_over{false};
  std::thread sender{[&] {
    while (!is_over && client.send("a"))
      std::this_thread::sleep_for(2ms);
  }};
  auto answer = client.read();
  is_over = true;
  sender.join();
  return answer;
}

/// Asks until the server closes; how many 200s came.
int ask_until_closed(std::uint16_t port, std::atomic<int>& answered) {
  int faults = 0;
  raw_client client{port};
  while (client.send(register_request)) {
    auto answer = client.read();
    if (!answer)
      break;
    faults += answer->status == 200 ? 0 : 1;
    ++answered;
    if (answer->closes())
      break;
  }
  return faults;
}

} // namespace

TEST_CASE_FIXTURE(http_fixture,
                  "what drips in gets 408 at its total deadline") {
  config.header_time_max = 50ms;
  config.body_time_max = 50ms;
  start();
  auto body = request("POST", "/api/v1/register", "",
                      "Content-Type: application/json\r\n"
                      "Content-Length: 60000\r\n");
  for (std::string_view begun : {"GET /live HTTP/1.1\r\nX-A: ", body.c_str()}) {
    auto answer = drip(server->port(), begun);
    REQUIRE(answer);
    problem_of(*answer, 408, "request_timeout");
    CHECK(answer->closes());
  }
}

TEST_CASE_FIXTURE(http_fixture,
                  "each of two pipelined requests has its own deadline") {
  config.header_time_max = 50ms;
  start();
  raw_client client{server->port()};
  CHECK(client.ask(live_request + "GET /live HT").status == 200);
  auto late = client.read();
  REQUIRE(late);
  CHECK(late->status == 408);
  CHECK(client.is_closed());
}

TEST_CASE_FIXTURE(http_fixture,
                  "a connection without a request ends without a word") {
  config.idle_time_max = 30ms;
  start();
  raw_client fresh{server->port()};
  CHECK(fresh.is_closed());
  raw_client used{server->port()};
  CHECK(used.ask(live_request).status == 200);
  CHECK(used.is_closed());
}

TEST_CASE_FIXTURE(http_fixture,
                  "a client that takes no answers is cut off, others are not") {
  config.write_time_max = 50ms;
  start();
  raw_client slow{server->port(), 4'096};
  std::thread sender{[&] {
    // Far more answers than the buffers of both sockets hold.
    while (slow.send(live_request))
      ;
  }};
  CHECK(ask(live_request).status == 200);
  sender.join();
}

TEST_CASE_FIXTURE(http_fixture,
                  "connections above the bound are told to come later") {
  config.connections_max = 2;
  start();
  raw_client first{server->port()};
  raw_client second{server->port()};
  CHECK(first.ask(live_request).status == 200);
  CHECK(second.ask(live_request).status == 200);
  raw_client third{server->port()};
  auto refused = third.ask(live_request);
  problem_of(refused, 503, "overloaded");
  CHECK(refused.closes());
  CHECK(third.is_closed());
  CHECK(first.ask(live_request).status == 200);
}

TEST_CASE_FIXTURE(http_fixture,
                  "a connection that ends makes room for another") {
  config.connections_max = 1;
  start();
  for (int i = 0; i < 5; ++i)
    CHECK(eventually([&] { return ask(live_request).status == 200; }));
}

TEST_CASE_FIXTURE(http_fixture,
                  "loopback is exempt from the bound for one address") {
  config.connections_per_address_max = 1;
  start();
  raw_client first{server->port()};
  CHECK(first.ask(live_request).status == 200);
  CHECK(ask(live_request).status == 200);
}

TEST_CASE_FIXTURE(
  http_fixture, "requests above the bound in flight are refused, not probes") {
  config.requests_in_flight_max = 2;
  start();
  service.hold();
  raw_client first{server->port()};
  raw_client second{server->port()};
  first.send(register_request);
  second.send(register_request);
  REQUIRE(service.wait_for_held(2));
  raw_client third{server->port()};
  std::set<std::string> waits;
  for (int i = 0; i < 100; ++i) {
    auto refused = third.ask(register_request);
    problem_of(refused, 503, "overloaded");
    CHECK_FALSE(refused.closes());
    waits.insert(refused.header("retry-after"));
  }
  CHECK(waits.size() > 1);
  CHECK(third.ask(live_request).status == 200);
  third.send(request("GET", "/health"));
  service.release();
  for (auto* client : {&first, &second, &third})
    CHECK(client->read()->status == 200);
  CHECK(third.ask(register_request).status == 200);
}

TEST_CASE_FIXTURE(http_fixture,
                  "before a stop it serves on, but is not ready") {
  start();
  raw_client client{server->port()};
  CHECK(client.ask(request("GET", "/ready")).status == 200);
  CHECK_FALSE(client.ask(register_request).closes());
  server->drain();
  auto last = client.ask(register_request);
  CHECK(last.status == 200);
  CHECK(last.closes());
  CHECK(client.is_closed());
  auto detail = problem_of(get("/ready"), 503, "dependency_unavailable");
  CHECK(detail.find("stop") != std::string::npos);
  CHECK(get("/live").status == 200);
  CHECK(post("/api/v1/register", registration_of(2, {1})).status == 200);
}

TEST_CASE_FIXTURE(http_fixture,
                  "a stop closes what is idle and lets requests finish") {
  start();
  raw_client idle{server->port()};
  CHECK(idle.ask(live_request).status == 200);
  service.hold();
  raw_client busy{server->port()};
  busy.send(register_request + live_request);
  REQUIRE(service.wait_for_held(1));
  std::thread stopper{[&] { server->stop(20s); }};
  CHECK(idle.is_closed());
  service.release();
  auto answer = busy.read();
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->closes());
  CHECK(busy.is_closed());
  stopper.join();
  CHECK_THROWS(raw_client{server->port()});
}

TEST_CASE_FIXTURE(http_fixture,
                  "a stop waits only so long, and a late answer is no harm") {
  start();
  service.hold();
  raw_client client{server->port()};
  client.send(register_request);
  REQUIRE(service.wait_for_held(1));
  server->stop(20ms);
  CHECK(client.is_closed());
  server.reset();
  service.release();
}

TEST_CASE_FIXTURE(http_fixture, "a stop under load leaves no answer half") {
  config.io_threads = 2;
  start();
  std::atomic<int> answered{0};
  std::atomic<int> faults{0};
  auto port = server->port();
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] { faults += ask_until_closed(port, answered); });
  CHECK(eventually([&] { return answered > 200; }));
  server->stop(20s);
  for (auto& client : clients)
    client.join();
  CHECK(answered > 200);
  CHECK(faults == 0);
}

TEST_CASE_FIXTURE(http_fixture,
                  "an address that cannot be had is named, with what to do") {
  start();
  auto taken = std::to_string(server->port());
  http_server other{config, service};
  CHECK(other.port() == 0);
  auto explains = [&](const std::string& host, std::uint16_t port) {
    auto started = other.start(host, port);
    REQUIRE_FALSE(started);
    const auto& detail = started.error().detail;
    CAPTURE(detail);
    CHECK(detail.find(host + ':' + std::to_string(port)) != std::string::npos);
    CHECK(detail.find("--listen") != std::string::npos);
    CHECK(std::count(detail.begin(), detail.end(), '\n') == 0);
  };
  explains("127.0.0.1", server->port());
  explains("256.0.0.1", 0);
  explains("not an address", 0);
  explains("192.0.2.1", 0);
  // It can still be started where it can.
  REQUIRE(other.start("localhost", 0));
  CHECK(other.port() != 0);
}
