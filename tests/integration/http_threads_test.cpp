#include "tests/integration/http_fixture.hpp"

#include <future>

using namespace registrar;
using namespace registrar::test;

namespace {

/// Longest wait for what must happen; reached only on failure.
constexpr auto walk_time_max = 20s;

std::future<void> walk(http_server& server) {
  auto walked = std::make_shared<std::promise<void>>();
  server.walk_threads([walked] { walked->set_value(); });
  return walked->get_future();
}

} // namespace

TEST_CASE_FIXTURE(http_fixture, "a walk through the threads arrives") {
  config.io_threads = 3;
  start();
  CHECK(walk(*server).wait_for(walk_time_max) == std::future_status::ready);
}

TEST_CASE_FIXTURE(http_fixture, "a walk waits for a thread that hangs") {
  std::promise<void> is_held;
  std::promise<void> go_on;
  auto released = go_on.get_future().share();
  // The service is asked on the thread of the connection.
  service.on_submit = [&](registration_request wanted, auto done) {
    is_held.set_value();
    released.wait();
    done(fake_service::enrolled(wanted));
  };
  start();
  raw_client client{server->port()};
  client.send(request("POST", "/api/v1/register", registration_of(1, {2})));
  REQUIRE(is_held.get_future().wait_for(walk_time_max)
          == std::future_status::ready);
  auto walked = walk(*server);
  CHECK(walked.wait_for(200ms) == std::future_status::timeout);
  go_on.set_value();
  CHECK(walked.wait_for(walk_time_max) == std::future_status::ready);
  auto answer = client.read();
  REQUIRE(answer);
  CHECK(answer->status == 200);
}
