// GET and PUT /api/v1/ops/log-level.

#include "config/limits.hpp"
#include "config/log_level.hpp"
#include "config/logging.hpp"
#include "tests/integration/http_fixture.hpp"

#include <spdlog/spdlog.h>

using namespace registrar;
using namespace registrar::test;

namespace {

constexpr auto log_level_path = "/api/v1/ops/log-level";

/// The switch is the process's: each test leaves it as it was.
struct log_level_fixture : http_fixture {
  log_level_fixture() {
    log_level().configure("off");
    start();
  }

  ~log_level_fixture() {
    log_level().set("info", std::nullopt, "test");
  }

  raw_response put(const std::string& body) {
    return ask(request("PUT", log_level_path, body));
  }

  json shown() {
    auto answer = get(log_level_path);
    CHECK(answer.status == 200);
    CHECK(answer.header("cache-control") == "no-store");
    return json::parse(answer.body);
  }
};

} // namespace

TEST_CASE_FIXTURE(log_level_fixture, "the level in force is shown") {
  CHECK(shown() == json{{"level", "off"}, {"configured", "off"}});
}

TEST_CASE_FIXTURE(log_level_fixture,
                  "a level that is set stays until another") {
  auto answer = put(R"({"level":"error"})");
  CHECK(answer.status == 200);
  json expected{{"level", "error"}, {"configured", "off"}};
  CHECK(json::parse(answer.body) == expected);
  CHECK(shown() == expected);
  CHECK(spdlog::default_logger_raw()->level() == spdlog::level::err);
}

TEST_CASE_FIXTURE(log_level_fixture, "a level that is set for a while ends") {
  auto answer = put(R"({"level":"error","for_seconds":3600})");
  auto body = json::parse(answer.body);
  auto until = parse_rfc3339(body.value("until", ""));
  REQUIRE(until);
  CHECK(*until > now_utc() + 3500s);
  CHECK(*until < now_utc() + 3700s);
  CHECK(shown()["until"] == body["until"]);
}

TEST_CASE_FIXTURE(log_level_fixture, "what is no level is refused") {
  auto most = std::chrono::seconds{limits::log_level_time_max}.count();
  for (const std::string& body :
       {std::string{"{}"}, std::string{R"({"level":"loud"})"},
        std::string{R"({"level":null})"}, std::string{R"({"level":1})"},
        std::string{R"({"level":"info","for_seconds":0})"},
        R"({"level":"info","for_seconds":)" + std::to_string(most + 1) + '}',
        std::string{R"({"level":"info","why":"?"})"}}) {
    CAPTURE(body);
    problem_of(put(body), 400, "invalid_request");
  }
  problem_of(get(std::string{log_level_path} + "?verbose"), 400,
             "invalid_request");
  CHECK(shown()["level"] == "off");
}

TEST_CASE_FIXTURE(log_level_fixture, "setting the level is an act") {
  CHECK(put(R"({"level":"error","reason":"it is too much"})").status == 200);
  const auto& operations = service.for_operators;
  CHECK(operations.done_acts == std::vector<std::string>{"keep"});
  CHECK(operations.kept_act.action == "log level set");
  CHECK(operations.kept_act.subject == "error");
  CHECK(operations.kept_act.why == "it is too much");
  CHECK(operations.kept_act.who == "somebody at 127.0.0.1");
  problem_of(put(R"({"level":"error","reason":"\n"})"), 400, "invalid_request");
  CHECK(operations.done_acts.size() == 1);
}
