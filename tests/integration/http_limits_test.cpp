// Deadlines, bounds and the end of the server.

#include "tests/integration/running_server.hpp"

#include <atomic>

using namespace registrar;
using namespace registrar::test;

namespace {

const auto live = request_text("GET", "/live");

bool is_varying_retry(const raw_answer& answer) {
  auto found = answer.headers.find("retry-after");
  return found != answer.headers.end() && std::stoi(found->second) >= 1;
}

/// Sends one byte after the other until the server answers or closes.
std::optional<raw_answer> drip(running_server& running, std::string start) {
  raw_client client{running.port};
  client.send(start);
  std::atomic<bool> is_over{false};
  std::thread sender{[&] {
    while (!is_over && client.send("a"))
      std::this_thread::sleep_for(2ms);
  }};
  auto answer = client.receive();
  is_over = true;
  sender.join();
  return answer;
}

/// Keeps what it is asked until it is told to answer.
struct held_answers {
  void hold(fake_service& service) {
    service.on_submit = [this](auto request, auto done) {
      std::lock_guard guard{mutex};
      waiting.emplace_back(std::move(request), std::move(done));
    };
  }

  std::size_t count() {
    std::lock_guard guard{mutex};
    return waiting.size();
  }

  void release() {
    std::lock_guard guard{mutex};
    for (auto& [request, done] : waiting)
      done(fake_service::enrolled(request));
    waiting.clear();
  }

  std::mutex mutex;
  std::vector<std::pair<registration_request,
                        service::reply_to<registration_reply>>>
    waiting;
};

} // namespace

TEST_CASE("a header or body that drips in gets 408 at its total deadline") {
  running_server running{[](settings& config) {
    config.header_time_max = 50ms;
    config.body_time_max = 50ms;
  }};
  for (auto start : {std::string{"GET /live HTTP/1.1\r\nX-A: "},
                     json_request("POST", "/api/v1/register", "",
                                  "Content-Length: 60000\r\n")}) {
    auto answer = drip(running, start);
    REQUIRE(answer);
    CHECK(answer->status == 408);
    CHECK(answer->code() == "request_timeout");
    CHECK(answer->closes());
    CHECK(uuid::parse(answer->headers["x-request-id"]));
  }
}

TEST_CASE("the second of two pipelined requests has a deadline of its own") {
  running_server running{
    [](settings& config) { config.header_time_max = 50ms; }};
  raw_client client{running.port};
  client.send(live + "GET /live HT");
  CHECK(client.receive()->status == 200);
  CHECK(client.receive()->status == 408);
  CHECK(client.is_closed());
}

TEST_CASE("a connection without a request ends without a word") {
  running_server running{[](settings& config) { config.idle_time_max = 30ms; }};
  raw_client client{running.port};
  CHECK(client.is_closed());
  raw_client used{running.port};
  CHECK(used.ask(live)->status == 200);
  CHECK(used.is_closed());
}

TEST_CASE("a reader that takes nothing is cut off and holds nobody up") {
  running_server running{[](settings& config) {
    config.write_time_max = 50ms;
    config.connections_max = 2;
  }};
  raw_client slow{running.port, 4'096};
  // Far more answers than the socket's buffers take.
  std::thread sender{[&] {
    auto request = request_text("GET", "/health?verbose");
    for (int i = 0; i < 200'000 && slow.send(request); ++i)
      ;
  }};
  CHECK(running.ask(live).status == 200);
  sender.join();
  // The slow one is gone once two others fit.
  CHECK(eventually([&] {
    raw_client first{running.port};
    raw_client second{running.port};
    auto one = first.ask(live);
    auto two = second.ask(live);
    return one && two && one->status == 200 && two->status == 200;
  }));
}

TEST_CASE("connections above the bound are told to come later") {
  running_server running{[](settings& config) { config.connections_max = 2; }};
  raw_client first{running.port};
  raw_client second{running.port};
  CHECK(first.ask(live)->status == 200);
  CHECK(second.ask(live)->status == 200);
  raw_client third{running.port};
  auto refused = third.ask(live);
  REQUIRE(refused);
  CHECK(refused->status == 503);
  CHECK(refused->code() == "overloaded");
  CHECK(is_varying_retry(*refused));
  CHECK(third.is_closed());
  CHECK(first.ask(live)->status == 200);
}

TEST_CASE("a connection that ends makes room for another") {
  running_server running{[](settings& config) { config.connections_max = 1; }};
  for (int i = 0; i < 5; ++i)
    CHECK(eventually([&] { return running.ask(live).status == 200; }));
}

TEST_CASE("loopback is exempt from the bound for one address") {
  running_server running{
    [](settings& config) { config.connections_per_address_max = 1; }};
  raw_client first{running.port};
  CHECK(first.ask(live)->status == 200);
  CHECK(running.ask(live).status == 200);
}

TEST_CASE("requests above the bound in flight are overloaded, probes not") {
  held_answers held;
  running_server running{
    [](settings& config) { config.requests_in_flight_max = 2; }};
  held.hold(running.service);
  raw_client first{running.port};
  raw_client second{running.port};
  first.send(register_request());
  second.send(register_request());
  REQUIRE(eventually([&] { return held.count() == 2; }));
  raw_client third{running.port};
  std::map<std::string, int> waits;
  for (int i = 0; i < 100; ++i) {
    auto refused = third.ask(register_request());
    REQUIRE(refused);
    CHECK(refused->code() == "overloaded");
    CHECK_FALSE(refused->closes());
    ++waits[refused->headers["retry-after"]];
  }
  CHECK(waits.size() > 1);
  for (auto probe : {"/live", "/ready", "/health"})
    CHECK(third.ask(request_text("GET", probe))->status == 200);
  held.release();
  CHECK(first.receive()->status == 200);
  CHECK(second.receive()->status == 200);
  third.send(register_request());
  REQUIRE(eventually([&] { return held.count() == 1; }));
  held.release();
  CHECK(third.receive()->status == 200);
}

TEST_CASE("a stop closes idle connections and lets requests finish") {
  held_answers held;
  running_server running;
  held.hold(running.service);
  raw_client idle{running.port};
  CHECK(idle.ask(live)->status == 200);
  raw_client busy{running.port};
  busy.send(register_request() + live);
  REQUIRE(eventually([&] { return held.count() == 1; }));
  std::thread stopper{[&] { running.server->stop(20s); }};
  CHECK(idle.is_closed());
  held.release();
  auto answer = busy.receive();
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->closes());
  CHECK(busy.is_closed());
  stopper.join();
  CHECK_THROWS(raw_client{running.port});
}

TEST_CASE("a stop loses no patience with a service that never answers") {
  held_answers held;
  running_server running;
  held.hold(running.service);
  raw_client client{running.port};
  client.send(register_request());
  REQUIRE(eventually([&] { return held.count() == 1; }));
  running.server->stop(20ms);
  CHECK(client.is_closed());
  running.server.reset();
  // The answer comes when there is nobody left to take it.
  held.release();
}

TEST_CASE("a stop under load answers or closes, and never answers half") {
  running_server running{[](settings& config) { config.io_threads = 2; }};
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      try {
        raw_client client{running.port};
        for (;;) {
          if (!client.send(register_request()))
            return;
          auto answer = client.receive();
          if (!answer)
            return;
          CHECK(answer->status == 200);
          ++answered;
          if (answer->closes())
            return;
        }
      } catch (const std::runtime_error&) {
        // Came too late to connect.
      }
    });
  CHECK(eventually([&] { return answered > 200; }));
  running.server->stop(20s);
  for (auto& one : clients)
    one.join();
  CHECK(answered > 200);
}

TEST_CASE("a port in use and a bad address are named with what to change") {
  running_server running;
  settings config;
  http_server other{config, running.service};
  auto taken = other.start("127.0.0.1", running.port);
  REQUIRE_FALSE(taken);
  auto names = [](const fallible<done>& result, const std::string& word) {
    return result.error().detail.find(word) != std::string::npos;
  };
  CHECK(names(taken, "127.0.0.1:" + std::to_string(running.port)));
  CHECK(names(taken, "--listen"));
  for (std::string host : {"256.0.0.1", "not an address", "192.0.2.1"}) {
    auto bad = other.start(host, 0);
    REQUIRE_FALSE(bad);
    CHECK(names(bad, host + ":0"));
    CHECK(names(bad, "--listen"));
  }
  // It can still be started properly.
  REQUIRE(other.start("localhost", 0));
  CHECK(other.port() != 0);
}
