// GET /metrics: what a request changes on the page, and what it does not.

#include "tests/integration/http_fixture.hpp"

#include <map>
#include <sstream>

using namespace registrar;
using namespace registrar::test;

namespace {

struct metrics_fixture : http_fixture {
  /// Value by series as it is written.
  std::map<std::string, double> scrape() {
    auto answer = get("/metrics");
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type")
          == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(answer.header("cache-control") == "no-store");
    std::map<std::string, double> result;
    std::istringstream text{answer.body};
    for (std::string line; std::getline(text, line);)
      if (!line.starts_with('#'))
        result[line.substr(0, line.rfind(' '))]
          = std::stod(line.substr(line.rfind(' ')));
    CHECK(result.size() > 100);
    return result;
  }

  /// What has risen since `before`, by series, of those that begin so.
  std::map<std::string, double>
  risen(const std::map<std::string, double>& before,
        const std::string& beginning) {
    std::map<std::string, double> result;
    for (const auto& [series, value] : scrape()) {
      auto found = before.find(series);
      auto old = found == before.end() ? 0 : found->second;
      if (series.starts_with(beginning) && value != old)
        result[series] = value - old;
    }
    return result;
  }
};

using deltas = std::map<std::string, double>;

const std::string requests_total{"registrar_http_requests_total"};
const std::string scrapes_total
  = requests_total + R"({method="GET",route="/metrics",status="200"})";

} // namespace

TEST_CASE_FIXTURE(metrics_fixture, "a request raises its own series alone") {
  start();
  auto before = scrape();
  get("/api/v1/sections");
  get("/api/v1/courses/none");
  get("/nowhere/1234");
  ask("nonsense\r\n\r\n");
  raw_client client{server->port()};
  client.ask(request("HEAD", "/api/v1/sections"), false);
  post("/api/v1/register", registration_of(1, {7, 8}));
  CHECK(
    risen(before, requests_total)
    == deltas{
      {requests_total
         + R"({method="GET",route="/api/v1/sections",status="200"})",
       2},
      {requests_total
         + R"({method="GET",route="/api/v1/courses/{id}",status="400"})",
       1},
      {requests_total + R"({method="other",route="other",status="404"})", 1},
      {requests_total + R"({method="other",route="other",status="400"})", 1},
      {requests_total
         + R"({method="POST",route="/api/v1/register",status="200"})",
       1},
      // The scrape before; this one is answered after it is counted.
      {scrapes_total, 1}});
}

TEST_CASE_FIXTURE(metrics_fixture, "results and keys are counted once") {
  start();
  auto before = scrape();
  post("/api/v1/register", registration_of(1, {7, 8}, "k"));
  post("/api/v1/register", registration_of(1, {7, 8}, "k"));
  post("/api/v1/register", registration_of(1, {9}, "k"));
  post("/api/v1/drop", registration_of(1, {7}));
  const std::string results{"registrar_registration_results_total"};
  CHECK(risen(before, results)
        == deltas{{results + R"({result="enrolled"})", 2},
                  {results + R"({result="dropped"})", 1}});
  const std::string keys{"registrar_idempotency_keys_total"};
  CHECK(risen(before, keys)
        == deltas{{keys + R"({outcome="new"})", 1},
                  {keys + R"({outcome="replay"})", 1},
                  {keys + R"({outcome="mismatch"})", 1}});
}

TEST_CASE_FIXTURE(metrics_fixture, "refusals are counted by their cause") {
  config.requests_in_flight_max = 1;
  config.rate_per_student = 1;
  start();
  auto before = scrape();
  service.hold();
  raw_client slow{server->port()};
  REQUIRE(slow.send(request("GET", "/api/v1/sections")));
  REQUIRE(service.wait_for_held(1));
  CHECK(get("/api/v1/courses").status == 503);
  service.release();
  REQUIRE(slow.read());
  CHECK(post("/api/v1/register", registration_of(1, {7})).status == 200);
  CHECK(post("/api/v1/register", registration_of(1, {7})).status == 429);
  service_load full;
  full.uncommitted = full.uncommitted_max;
  service.carry(full);
  CHECK(post("/api/v1/register", registration_of(2, {7})).status == 503);
  const std::string refused{"registrar_http_requests_refused_total"};
  CHECK(risen(before, refused)
        == deltas{{refused + R"({cause="in_flight"})", 1},
                  {refused + R"({cause="student_limit"})", 1},
                  {refused + R"({cause="load"})", 1}});
}

TEST_CASE_FIXTURE(metrics_fixture,
                  "connections are counted and in flight too") {
  start();
  auto before = scrape();
  service.hold();
  raw_client waiting{server->port()};
  REQUIRE(waiting.send(request("GET", "/api/v1/sections")));
  REQUIRE(service.wait_for_held(1));
  // The scrape's own answer is kept back too: it asks for the status.
  raw_client scraper{server->port()};
  REQUIRE(scraper.send(request("GET", "/metrics")));
  REQUIRE(service.wait_for_held(2));
  service.release_last();
  auto page = scraper.read();
  REQUIRE(page);
  CHECK(page->body.find("\nregistrar_http_requests_in_flight 1\n")
        != std::string::npos);
  service.release();
  REQUIRE(waiting.read());
  const std::string connections{"registrar_http_connections_total"};
  // Two besides the one that scrapes now.
  CHECK(risen(before, connections)
        == deltas{{connections + R"({outcome="served"})", 3}});
  CHECK(before.at("registrar_http_connections_open") == 1);
}

TEST_CASE_FIXTURE(metrics_fixture, "the page says what the service says") {
  service.counted.dead_letters.add(3);
  service.census_answer.students = 41;
  service.census_answer.oldest_uncommitted = 1500ms;
  service.carry({17, 1'000, 0us});
  service.status_answer = {false, {{"ledger", false, "no"}}, {}};
  start();
  auto page = scrape();
  CHECK(page.at("registrar_sync_dead_letters_total") == 3);
  CHECK(page.at("registrar_students") == 41);
  CHECK(page.at("registrar_journal_oldest_uncommitted_seconds") == 1.5);
  CHECK(page.at("registrar_journal_uncommitted_entries") == 17);
  CHECK(page.at("registrar_ready") == 0);
  CHECK(page.at(R"(registrar_dependency_up{dependency="ledger"})") == 0);
  CHECK(service.asked_verbosely);
}

TEST_CASE_FIXTURE(metrics_fixture, "the page takes no query") {
  start();
  problem_of(get("/metrics?name=x"), 400, "invalid_request");
}

TEST_CASE_FIXTURE(metrics_fixture,
                  "a page comes compressed to who wants that") {
  start();
  auto answer = get("/metrics", "Accept-Encoding: gzip\r\n");
  CHECK(answer.header("content-encoding") == "gzip");
  CHECK(answer.body.size() * 4 < get("/metrics").body.size());
}
