#pragma once

#include "http/server.hpp"
#include "tests/ids_of.hpp"
#include "tests/integration/fake_service.hpp"
#include "tests/integration/raw_client.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace registrar::test {

using namespace std::chrono_literals;
using nlohmann::json;

inline const std::string register_path = "/api/v1/register";
inline const std::string sections_path = "/api/v1/sections";

/// A server with a fake service on a free port. Set `config` and `service`
/// first, then `start`.
struct http_fixture {
  http_fixture() {
    config.access_log = false;
  }

  void start() {
    server = std::make_unique<http_server>(config, service);
    REQUIRE(server->start("127.0.0.1", 0));
  }

  raw_response ask(std::string_view bytes) {
    raw_client client{server->port()};
    return client.ask(bytes);
  }

  raw_response get(std::string_view path, std::string_view fields = "") {
    return ask(request("GET", path, "", fields));
  }

  raw_response post(std::string_view path, std::string_view body,
                    std::string_view fields = "") {
    return ask(request("POST", path, body, fields));
  }

  raw_response patch(std::string_view path, std::string_view body,
                     std::string_view fields = "") {
    return ask(request("PATCH", path, body, fields));
  }

  settings config;
  fake_service service;
  std::unique_ptr<http_server> server;
};

/// Checks that it is a problem of RFC 9457 with this status and code; gives its
/// detail.
inline std::string problem_of(const raw_response& response, int status,
                              const std::string& code) {
  CHECK(response.status == status);
  CHECK(response.header("content-type") == "application/problem+json");
  auto body = json::parse(response.body, nullptr, false);
  REQUIRE(body.is_object());
  CHECK(body.value("status", 0) == status);
  CHECK(body.value("code", "") == code);
  CHECK(body.value("type", "") != "");
  CHECK(body.value("title", "") != "");
  CHECK(response.header("x-request-id") != "");
  auto retry = response.header("retry-after");
  CHECK((status != 503 || (!retry.empty() && std::stoi(retry) > 0)));
  auto detail = body.value("detail", "");
  CHECK(detail != "");
  return detail;
}

/// Before what operators ask and do; nothing of it may be stored on the way.
struct operators_fixture : http_fixture {
  fake_operations& operations() {
    return service.for_operators;
  }

  json shown(const raw_response& answer, int status = 200) {
    CHECK(answer.status == status);
    CHECK(answer.header("cache-control") == "no-store");
    return json::parse(answer.body);
  }
};

/// The body of register and drop.
inline std::string registration_of(std::uint64_t student,
                                   std::vector<std::uint64_t> sections,
                                   const std::string& key = "") {
  json body;
  body["student_id"] = id<student_id>(student).to_string();
  for (auto number : sections)
    body["section_ids"].push_back(id<section_id>(number).to_string());
  if (!key.empty())
    body["idempotency_key"] = key;
  return body.dump();
}

} // namespace registrar::test
