#pragma once

#include "http/server.hpp"
#include "tests/integration/fake_service.hpp"
#include "tests/integration/raw_client.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

namespace registrar::test {

using namespace std::chrono_literals;

inline constexpr std::string_view body_of_one
  = R"({"student_id":"123e4567-e89b-12d3-a456-426614174000",)"
    R"("section_ids":["789e0123-e45b-67c8-d901-234567890123"]})";

inline std::string register_request(std::string_view fields = "",
                                    std::string_view body = body_of_one) {
  return json_request("POST", "/api/v1/register", body, fields);
}

/// A listening server with a fake service behind it.
struct running_server {
  explicit running_server(std::function<void(settings&)> change = {}) {
    settings config;
    config.access_log = false;
    if (change)
      change(config);
    server = std::make_unique<http_server>(config, service);
    auto listening = server->start("127.0.0.1", 0);
    REQUIRE(listening);
    port = server->port();
  }

  /// One request over a connection of its own.
  raw_answer ask(std::string_view bytes, bool has_body = true) {
    raw_client client{port};
    auto answer = client.ask(bytes, has_body);
    REQUIRE(answer);
    return *answer;
  }

  fake_service service;
  std::unique_ptr<http_server> server;
  std::uint16_t port = 0;
};

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

} // namespace registrar::test
