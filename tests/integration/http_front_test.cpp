// What every request meets besides its handler: names, origins, limits, load.

#include "tests/integration/http_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

const std::string sent_span = "b7ad6b7169203331";
const std::string sent_trace = "0af7651916cd43dd8448eb211c80319c";
const std::string garbage = "\x16\x03\x01 hello\r\n\r\n";

std::string for_client(const std::string& client) {
  return "X-Forwarded-For: " + client + "\r\n";
}

std::string from_origin(const std::string& text) {
  return "Origin: " + text + "\r\n";
}

std::string trace_parent(const std::string& text) {
  return "traceparent: " + text + "\r\n";
}

bool is_traceparent(const std::string& text) {
  return trace_context::parse(text).has_value();
}

} // namespace

// -- traceparent --------------------------------------------------------------

TEST_CASE_FIXTURE(http_fixture, "a trace goes on through the service") {
  start();
  auto answer
    = post("/api/v1/register", registration_of(1, {2}),
           trace_parent("00-" + sent_trace + '-' + sent_span + "-01"));
  auto told = trace_context::parse(answer.header("traceparent"));
  REQUIRE(told);
  CHECK(told->trace_text() == sent_trace);
  CHECK(told->to_string().find(sent_span) == std::string::npos);
  CHECK(told->flags == 1);
  auto asked = service.submitted();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].trace == *told);
}

TEST_CASE_FIXTURE(http_fixture, "a trace that is none begins anew") {
  start();
  auto valid = "00-" + sent_trace + '-' + sent_span + "-01";
  for (const auto& wrong :
       {std::string{}, trace_parent(""), trace_parent("x"),
        trace_parent(valid + "-"), trace_parent(valid) + trace_parent(valid)}) {
    CAPTURE(wrong);
    auto told = get("/live", wrong).header("traceparent");
    CHECK(is_traceparent(told));
    CHECK(told.find(sent_trace) == std::string::npos);
  }
}

TEST_CASE_FIXTURE(http_fixture, "problems of the parser bear the names too") {
  start();
  for (const auto& bytes : {garbage, request("GET", "/nothing"),
                            "GET /" + std::string(9'000, 'a')}) {
    auto answer = ask(bytes);
    CHECK(answer.status >= 400);
    CHECK(is_traceparent(answer.header("traceparent")));
    CHECK(answer.header("x-request-id") != "");
    CHECK(answer.header("x-content-type-options") == "nosniff");
  }
}

// -- origins ------------------------------------------------------------------

TEST_CASE_FIXTURE(http_fixture, "without origins nothing is said to pages") {
  start();
  auto answer = get("/live", from_origin("https://a.example"));
  CHECK(answer.header("access-control-allow-origin") == "");
  CHECK(answer.header("vary") == "");
}

TEST_CASE_FIXTURE(http_fixture, "pages of exactly these origins are served") {
  config.cors_origins = {"https://a.example", "http://b.example:8080"};
  start();
  for (std::string one : config.cors_origins) {
    auto answer = get("/live", from_origin(one));
    CHECK(answer.header("access-control-allow-origin") == one);
    CHECK(answer.header("access-control-allow-credentials") == "");
    CHECK(answer.header("access-control-expose-headers").find("ETag")
          != std::string::npos);
    CHECK(answer.header("vary") == "Origin");
  }
  for (std::string other :
       {"https://a.example.evil", "http://a.example", "https://A.example",
        "http://b.example", "null", "*", ""}) {
    auto answer = get("/live", from_origin(other));
    CAPTURE(other);
    CHECK(answer.status == 200);
    CHECK(answer.header("access-control-allow-origin") == "");
    CHECK(answer.header("vary") == "Origin");
  }
  // A page may read why it was refused.
  auto refused = get("/nothing", from_origin("https://a.example"));
  CHECK(refused.header("access-control-allow-origin") == "https://a.example");
}

TEST_CASE_FIXTURE(http_fixture, "a preflight says what the path takes") {
  config.cors_origins = {"https://a.example"};
  start();
  auto wanted = from_origin("https://a.example")
                + "Access-Control-Request-Method: POST\r\n";
  raw_client client{server->port()};
  auto answer = client.ask(request("OPTIONS", sections_path, "", wanted));
  CHECK(answer.status == 204);
  CHECK(answer.header("access-control-allow-methods")
        == "GET, HEAD, POST, OPTIONS");
  CHECK(answer.header("access-control-allow-headers").find("Authorization")
        != std::string::npos);
  CHECK(answer.header("access-control-max-age") == "600");
  CHECK(answer.header("access-control-allow-origin") == "https://a.example");
  // Nothing of a body was sent.
  CHECK(client.ask(request("GET", "/live")).status == 200);
  auto other
    = client.ask(request("OPTIONS", sections_path, "",
                         from_origin("https://b.example")
                           + "Access-Control-Request-Method: POST\r\n"));
  CHECK(other.status == 204);
  CHECK(other.header("access-control-allow-methods") == "");
  CHECK(client.ask(request("OPTIONS", "/nothing", "", wanted)).status == 404);
}

// -- rate limits --------------------------------------------------------------

TEST_CASE_FIXTURE(http_fixture, "without limits nothing is said of them") {
  start();
  auto answer = get(sections_path, for_client("10.0.0.1"));
  CHECK(answer.header("ratelimit") == "");
  CHECK(answer.header("ratelimit-policy") == "");
}

TEST_CASE_FIXTURE(http_fixture, "one address may ask so often, others too") {
  config.rate_per_address = 3;
  config.rate_window = 3'600s;
  start();
  raw_client client{server->port()};
  auto ask_from
    = [&](const std::string& address, const std::string& path = sections_path) {
        return client.ask(request("GET", path, "", for_client(address)));
      };
  for (std::string left : {"2", "1", "0"}) {
    auto answer = ask_from("10.0.0.1");
    CHECK(answer.status == 200);
    CHECK(answer.header("ratelimit-policy") == "\"address\";q=3;w=3600");
    CHECK(
      answer.header("ratelimit").starts_with("\"address\";r=" + left + ";t="));
  }
  auto refused = ask_from("10.0.0.1");
  problem_of(refused, 429, "rate_limited");
  CHECK(refused.header("ratelimit").starts_with("\"address\";r=0;t="));
  auto wait = std::stoi(refused.header("retry-after"));
  CHECK(wait > 1'100);
  CHECK(wait <= 1'200);
  CHECK_FALSE(refused.closes());
  // What is not there counts too; probes do not.
  CHECK(ask_from("10.0.0.1", "/nothing").status == 429);
  CHECK(ask_from("10.0.0.1", "/live").status == 200);
  CHECK(ask_from("10.0.0.2").status == 200);
  // The last address is the one that our proxy saw; who lies in front of it
  // gains nothing.
  CHECK(ask_from("10.9.9.9, 10.0.0.1").status == 429);
  CHECK(ask_from("10.9.9.9, 10.0.0.1, 127.0.0.1").status == 429);
  // One site of IPv6 is one client.
  for (std::string last : {"1", "2", "3"})
    CHECK(ask_from("2001:db8:0:1::" + last).status == 200);
  CHECK(ask_from("2001:db8:0:1::4").status == 429);
  CHECK(ask_from("2001:db8:0:2::1").status == 200);
  CHECK(ask_from("::ffff:10.0.0.1").status == 429);
  // Loopback itself is exempt.
  for (int i = 0; i < 10; ++i)
    CHECK(client.ask(request("GET", sections_path)).status == 200);
}

TEST_CASE_FIXTURE(http_fixture, "a refused body in flight is read past") {
  config.rate_per_address = 1;
  start();
  auto body = registration_of(1, {2});
  raw_client client{server->port()};
  auto wanted
    = request("POST", "/api/v1/register", body, for_client("10.0.0.1"));
  CHECK(client.ask(wanted).status == 200);
  auto refused = client.ask(wanted);
  CHECK(refused.status == 429);
  CHECK_FALSE(refused.closes());
  CHECK(client.ask(request("GET", "/live")).status == 200);
  CHECK(service.submitted().size() == 1);
}

TEST_CASE_FIXTURE(http_fixture, "so often may be asked about one student") {
  config.rate_per_student = 2;
  start();
  raw_client client{server->port()};
  auto register_for = [&](std::uint64_t student) {
    return client.ask(
      request("POST", "/api/v1/register", registration_of(student, {2})));
  };
  auto student = id<student_id>(1).to_string();
  CHECK(register_for(1).status == 200);
  auto read = client.ask(
    request("GET", "/api/v1/students/" + student + "/registrations"));
  CHECK(read.status == 200);
  CHECK(read.header("ratelimit-policy") == "\"student\";q=2;w=60");
  auto refused = register_for(1);
  problem_of(refused, 429, "rate_limited");
  CHECK(std::stoi(refused.header("retry-after")) <= 30);
  CHECK(register_for(2).status == 200);
  CHECK(client.ask(request("GET", sections_path)).header("ratelimit") == "");
  CHECK(service.submitted().size() == 2);
}

TEST_CASE_FIXTURE(http_fixture, "two limits are told in one list") {
  config.rate_per_student = 5;
  config.rate_per_address = 9;
  start();
  auto answer
    = post("/api/v1/register", registration_of(1, {2}), for_client("10.0.0.1"));
  CHECK(answer.header("ratelimit-policy")
        == "\"student\";q=5;w=60, \"address\";q=9;w=60");
}

// -- load ---------------------------------------------------------------------

TEST_CASE_FIXTURE(http_fixture,
                  "registrations are shed at the bound, drops are not") {
  start();
  auto body = registration_of(1, {2});
  service.carry({1'000, 1'000, 0us});
  problem_of(post("/api/v1/register", body), 503, "overloaded");
  CHECK(post("/api/v1/drop", body).status == 200);
  CHECK(get(sections_path).status == 200);
  CHECK(get("/live").status == 200);
  service.carry({10, 1'000, 0us});
  CHECK(post("/api/v1/register", body).status == 200);
}

TEST_CASE_FIXTURE(http_fixture, "a slow ledger sheds some, not all") {
  start();
  service.carry({0, 1'000, 1'500ms});
  raw_client client{server->port()};
  auto wanted = request("POST", "/api/v1/register", registration_of(1, {2}));
  int served = 0;
  // Half of them, by chance: all or none of 200 does not happen.
  for (int i = 0; i < 200; ++i)
    served += client.ask(wanted).status == 200 ? 1 : 0;
  CHECK(served > 0);
  CHECK(served < 200);
}

TEST_CASE_FIXTURE(http_fixture, "a query where none is taken is 400") {
  start();
  for (auto query : {"?x=1", "?verbose", "?&x"}) {
    CAPTURE(query);
    for (const auto& path :
         {std::string{"/api/v1/register"}, std::string{"/api/v1/courses"}})
      problem_of(post(path + query, registration_of(1, {2})), 400,
                 "invalid_request");
    for (auto table : {"sections", "students", "courses", "semesters"})
      problem_of(patch("/api/v1/" + std::string{table} + '/'
                         + id<section_id>(1).to_string() + query,
                       "{}"),
                 400, "invalid_request");
  }
  CHECK(service.submitted().empty());
  problem_of(get("/live?x"), 400, "invalid_request");
  for (auto path : {"/health", "/ready"}) {
    for (auto query : {"?verbose=1&x=2", "?x=2&verbose", "?verbose&verbose=0"})
      problem_of(get(std::string{path} + query), 400, "invalid_request");
    CHECK(get(std::string{path} + "?verbose=1").status == 200);
    CHECK(service.asked_verbosely);
    CHECK(get(std::string{path} + "?verbose=0&").status == 200);
    CHECK_FALSE(service.asked_verbosely);
  }
}
