// Who is let in where: every route with every kind of caller.

#include "http/console/console_page.hpp"
#include "http/routes.hpp"
#include "tests/integration/http_fixture.hpp"
#include "tests/token_factory.hpp"
#include "tests/unit/http/auth/text_file.hpp"

#include <algorithm>
#include <map>

using namespace registrar;
using namespace registrar::test;

namespace {

const std::string shared_secret = "a secret of 32 bytes and no less";
const std::string login_url = "https://login.example.edu";
const std::string own_audience = "registrar";
constexpr std::uint64_t own_number = 1;
constexpr std::uint64_t other_number = 2;

std::int64_t seconds_from_now(std::chrono::seconds span) {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now + span).count();
}

json claims_of(const std::string& subject, std::vector<std::string> roles) {
  return {{"iss", login_url},
          {"aud", own_audience},
          {"sub", subject},
          {"roles", std::move(roles)},
          {"exp", seconds_from_now(1h)}};
}

json student_claims(std::uint64_t number) {
  return claims_of(id<student_id>(number).to_string(), {"student"});
}

json admin_claims() {
  return claims_of("jane", {"admin"});
}

std::string bearing(const std::string& token) {
  return "Authorization: Bearer " + token + "\r\n";
}

std::string bearing(const json& claims) {
  return bearing(hs256_token(claims, shared_secret));
}

struct access_fixture : http_fixture {
  access_fixture() {
    config.auth = auth_mode::jwt;
    config.auth_hs256_secret_file = file.path().string();
    config.auth_issuer = login_url;
    config.auth_audience = own_audience;
  }

  /// Asks a route about the student `own`, with bodies that are good as far as
  /// the rights of the caller depend on them.
  raw_response ask_route(const http_route& route, const std::string& fields) {
    std::string path{route.pattern};
    if (auto at = path.find("{id}"); at != std::string::npos)
      path.replace(at, 4, id<student_id>(own_number).to_string());
    auto is_about_student = route.scope == access_scope::student_self;
    std::string body;
    if (route.takes_json)
      body = is_about_student ? registration_of(own_number, {7}) : "{}";
    return ask(request(route.method, path, body, fields));
  }

  text_file file{shared_secret};
};

std::string route_name(const http_route& route) {
  return std::string{route.method} + ' ' + std::string{route.pattern};
}

/// Let in is what is not refused for who asks.
bool is_let_in(const raw_response& answer) {
  return answer.status != 401 && answer.status != 403;
}

/// Whom each route lets in: - without a token, s the student whom it is about,
/// o another student, f staff, a admin, p operator.
const std::map<std::string, std::string> expected_answers{
  {"POST /api/v1/register", "s fa"},
  {"POST /api/v1/drop", "s fa"},
  {"GET /api/v1/students/{id}/registrations", "s fa"},
  {"GET /api/v1/students/{id}/stream", "s fa"},
  {"GET /api/v1/sections", "so fap"},
  {"GET /api/v1/sections/stream", "so fap"},
  {"POST /api/v1/sections", "a"},
  {"GET /api/v1/sections/{id}", "so fap"},
  {"PATCH /api/v1/sections/{id}", "a"},
  {"GET /api/v1/sections/{id}/roster", "fa"},
  {"GET /api/v1/sections/{id}/waitlist", "fa"},
  {"GET /api/v1/students", "fa"},
  {"POST /api/v1/students", "a"},
  {"GET /api/v1/students/{id}", "fa"},
  {"PATCH /api/v1/students/{id}", "a"},
  {"GET /api/v1/courses", "so fap"},
  {"POST /api/v1/courses", "a"},
  {"GET /api/v1/courses/{id}", "so fap"},
  {"PATCH /api/v1/courses/{id}", "a"},
  {"GET /api/v1/semesters", "so fap"},
  {"POST /api/v1/semesters", "a"},
  {"GET /api/v1/semesters/{id}", "so fap"},
  {"PATCH /api/v1/semesters/{id}", "a"},
  {"GET /api/v1/ops/overview", "p"},
  {"GET /api/v1/ops/actors", "p"},
  {"POST /api/v1/ops/actors/restart", "p"},
  {"GET /api/v1/ops/sections", "p"},
  {"GET /api/v1/ops/sections/{id}", "p"},
  {"POST /api/v1/ops/sections/{id}/freeze", "p"},
  {"POST /api/v1/ops/sections/{id}/thaw", "p"},
  {"POST /api/v1/ops/sections/{id}/capacity", "p"},
  {"POST /api/v1/ops/sections/{id}/restart", "p"},
  {"GET /api/v1/ops/log-level", "p"},
  {"PUT /api/v1/ops/log-level", "p"},
  {"GET /api/v1/ops/journal", "p"},
  {"GET /api/v1/ops/dead-letters", "p"},
  {"POST /api/v1/ops/dead-letters/retry", "p"},
  {"POST /api/v1/ops/dead-letters/discard", "p"},
  {"GET /api/v1/ops/acts", "p"},
  {"GET /api/v1/ops/traces", "p"},
  {"POST /api/v1/ops/traces", "p"},
  {"GET /api/v1/ops/traces/{id}", "p"},
  {"POST /api/v1/ops/traces/{id}/stop", "p"},
  {"GET /api/v1/ops/cluster", "p"},
  {"POST /api/v1/ops/cluster/drain", "p"},
  {"POST /api/v1/ops/cluster/undrain", "p"},
  {"POST /api/v1/ops/cluster/rebalance", "p"},
  {"GET /metrics", "p"},
  {"GET /console", "p"},
  {"GET /live", "- so fap"},
  {"GET /ready", "- so fap"},
  {"GET /health", "- so fap"},
  {"GET /openapi.json", "- so fap"},
  {"GET /docs", "- so fap"},
};

/// Of a page, a refusal for want of a token is the page; of all others, a
/// problem.
void check_unknown(const http_route& route, const raw_response& answer,
                   const char* code) {
  if (route.ask_for_token == nullptr || !built_console_page().is_built()) {
    problem_of(answer, 401, code);
    return;
  }
  CHECK(answer.status == 401);
  CHECK(answer.header("content-type") == "text/html; charset=utf-8");
  CHECK(answer.header("www-authenticate").starts_with("Bearer "));
  CHECK(answer.header("cache-control") == "no-store");
  CHECK(answer.body == built_console_page().html);
}

bool is_open(const http_route& route) {
  auto row = expected_answers.find(route_name(route));
  return row != expected_answers.end() && row->second.starts_with('-');
}

} // namespace

TEST_CASE_FIXTURE(access_fixture,
                  "every route lets in whom the table says, and nobody else") {
  start();
  const std::map<char, std::string> callers{
    {'-', ""},
    {'s', bearing(student_claims(own_number))},
    {'o', bearing(student_claims(other_number))},
    {'f', bearing(claims_of("joe", {"staff"}))},
    {'a', bearing(admin_claims())},
    {'p', bearing(claims_of("op", {"operator"}))},
  };
  for (const auto& route : routes()) {
    auto name = route_name(route);
    CAPTURE(name);
    auto row = expected_answers.find(name);
    REQUIRE_MESSAGE(row != expected_answers.end(),
                    "this route is not in the table of who is let in");
    for (const auto& [caller, fields] : callers) {
      CAPTURE(caller);
      auto answer = ask_route(route, fields);
      auto is_expected = row->second.find(caller) != std::string::npos;
      CHECK(is_let_in(answer) == is_expected);
      if (!is_expected && caller == '-')
        check_unknown(route, answer, "unauthenticated");
      else if (!is_expected)
        problem_of(answer, 403, "forbidden");
    }
  }
  CHECK(routes().size() == expected_answers.size());
}

TEST_CASE_FIXTURE(access_fixture,
                  "no route but the open ones takes a token that is not good") {
  start();
  auto key = signing_key::ec();
  auto changed = [](const char* claim, json value) {
    auto claims = admin_claims();
    claims[claim] = std::move(value);
    return bearing(claims);
  };
  auto text = signing_input({{"alg", "none"}}, admin_claims());
  auto text_512 = signing_input({{"alg", "HS512"}}, admin_claims());
  const std::map<std::string, std::string> bad{
    {"expired", changed("exp", seconds_from_now(-1h))},
    {"not yet valid", changed("nbf", seconds_from_now(1h))},
    {"wrong audience", changed("aud", "another")},
    {"wrong issuer", changed("iss", "another")},
    {"no subject", changed("sub", nullptr)},
    {"none", bearing(text + ".")},
    {"none, signed", bearing(signed_text(text, hs256(text, shared_secret)))},
    {"wrong algorithm",
     bearing(signed_text(text_512, hs256(text_512, shared_secret)))},
    {"wrong kind of key", bearing(es256_token(admin_claims(), key))},
    {"wrong secret", bearing(hs256_token(admin_claims(), shared_secret + "!"))},
    {"garbage", bearing(std::string{"garbage"})},
  };
  for (const auto& route : routes())
    for (const auto& [what, fields] : bad) {
      auto name = route_name(route);
      CAPTURE(name);
      CAPTURE(what);
      auto answer = ask_route(route, fields);
      if (is_open(route)) {
        CHECK(is_let_in(answer));
        continue;
      }
      check_unknown(route, answer, "invalid_token");
      CHECK(answer.header("www-authenticate").find("error=\"invalid_token\"")
            != std::string::npos);
    }
  CHECK(service.submitted().empty());
}

TEST_CASE_FIXTURE(access_fixture, "a token without roles opens nothing") {
  start();
  for (const auto& route : routes()) {
    CAPTURE(route.pattern);
    auto answer = ask_route(route, bearing(claims_of("jane", {})));
    if (!is_open(route))
      problem_of(answer, 403, "forbidden");
  }
}

TEST_CASE_FIXTURE(access_fixture,
                  "a student registers and drops themselves and nobody else") {
  start();
  auto me = bearing(student_claims(own_number));
  for (auto path : {"/api/v1/register", "/api/v1/drop"}) {
    CHECK(post(path, registration_of(own_number, {7}), me).status == 200);
    auto before = service.submitted().size();
    problem_of(post(path, registration_of(other_number, {7}), me), 403,
               "forbidden");
    // With a key nothing is begun either: the key would be the other's.
    problem_of(post(path, registration_of(other_number, {7}, "key"), me), 403,
               "forbidden");
    CHECK(service.submitted().size() == before);
    CHECK(service.begun().empty());
  }
  auto staff = bearing(claims_of("joe", {"staff"}));
  CHECK(
    post("/api/v1/register", registration_of(other_number, {7}), staff).status
    == 200);
}

TEST_CASE_FIXTURE(access_fixture, "ids of a token may be in capitals") {
  start();
  auto claims = claims_of("ABCDEF01-0000-0000-0000-00000000000A", {"student"});
  auto path = "/api/v1/students/abcdef01-0000-0000-0000-00000000000a"
              "/registrations";
  CHECK(get(path, bearing(claims)).status == 200);
}

TEST_CASE_FIXTURE(access_fixture, "a refusal comes before the body is read") {
  start();
  raw_client client{server->port()};
  REQUIRE(client.send("POST /api/v1/register HTTP/1.1\r\nHost: x\r\n"
                      "Content-Type: application/json\r\n"
                      "Content-Length: 100\r\n\r\n"));
  auto answer = client.read();
  REQUIRE(answer);
  problem_of(*answer, 401, "unauthenticated");
  CHECK(answer->closes());
}

TEST_CASE_FIXTURE(access_fixture, "who asks is judged before what is sent") {
  start();
  auto answer = ask("POST /api/v1/register HTTP/1.1\r\nHost: x\r\n"
                    "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
  problem_of(answer, 401, "unauthenticated");
}

TEST_CASE_FIXTURE(access_fixture, "paths are no secret") {
  start();
  problem_of(get("/api/v1/nothing"), 404, "not_found");
  problem_of(ask(request("DELETE", "/api/v1/sections")), 405,
             "method_not_allowed");
}

TEST_CASE_FIXTURE(access_fixture, "HEAD needs what GET needs") {
  start();
  raw_client client{server->port()};
  auto answer = client.ask(request("HEAD", "/api/v1/students"), false);
  CHECK(answer.status == 401);
  answer = client.ask(
    request("HEAD", "/api/v1/students", "", bearing(admin_claims())), false);
  CHECK(answer.status == 200);
}

TEST_CASE_FIXTURE(access_fixture, "a token is sent once, as Bearer") {
  start();
  auto token = hs256_token(admin_claims(), shared_secret);
  auto path = "/api/v1/courses";
  CHECK(get(path, "authorization: bearer   " + token + "\r\n").status == 200);
  problem_of(get(path, bearing(token) + bearing(token)), 400,
             "invalid_request");
  for (auto field : {"Basic " + token, token, std::string{"Bearer"},
                     std::string{"Bearer "}, std::string{}})
    problem_of(get(path, "Authorization: " + field + "\r\n"), 401,
               "unauthenticated");
  problem_of(get(path, bearing(token + " x")), 401, "invalid_token");
  problem_of(get(std::string{path} + "?access_token=" + token), 401,
             "unauthenticated");
}

TEST_CASE_FIXTURE(access_fixture, "one connection may bear several tokens") {
  start();
  raw_client client{server->port()};
  auto status_of = [&](const std::string& fields) {
    return client.ask(request("GET", "/api/v1/students", "", fields)).status;
  };
  CHECK(status_of(bearing(admin_claims())) == 200);
  CHECK(status_of("") == 401);
  CHECK(status_of(bearing(student_claims(own_number))) == 403);
  CHECK(status_of(bearing(admin_claims())) == 200);
}

TEST_CASE_FIXTURE(access_fixture, "a server without its keys does not start") {
  config.auth_hs256_secret_file += ".missing";
  http_server uut{config, service};
  auto started = uut.start("127.0.0.1", 0);
  REQUIRE_FALSE(started);
  CHECK(started.error().detail.find(config.auth_hs256_secret_file)
        != std::string::npos);
}

TEST_CASE_FIXTURE(http_fixture, "where authentication is off everybody may") {
  start();
  CHECK(post("/api/v1/register", registration_of(1, {7})).status == 200);
  CHECK(get("/api/v1/students").status == 200);
  CHECK(get("/api/v1/students", "Authorization: Bearer x\r\n").status == 200);
}

TEST_CASE_FIXTURE(access_fixture, "who acts is the subject of the token") {
  start();
  auto answer
    = post("/api/v1/ops/traces/" + id<section_id>(1).to_string() + "/stop",
           R"({"reason":"seen"})", bearing(claims_of("otto", {"operator"})));
  CHECK(answer.status == 200);
  CHECK(service.for_operators.last_reason.who == "otto");
  CHECK(service.for_operators.last_reason.why == "seen");
}
