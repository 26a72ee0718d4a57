#pragma once

#include "http/handlers.hpp"
#include "http/middleware/chain.hpp"
#include "http/operations/overview.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/fuzz/plain_service.hpp"

namespace registrar::fuzz {

/// A handler's surroundings, in which everybody may everything.
struct asked {
  settings config;
  plain_service service;
  http_meters meters;
  middleware_chain chain{middleware_setup{config, service, meters}};
  http_exchange exchange;
  overview_history history;
  http_context context{config, service, chain, exchange, meters, history};

  asked() {
    exchange.head.request.principal = principal::anybody();
  }

  /// The handler's one answer; the service then knows what this alone asked.
  http_response ask(handler which, const http_request& request) {
    service.forget();
    std::size_t answers = 0;
    http_response result;
    which(context, request, "", [&](http_response response) {
      ++answers;
      result = std::move(response);
    });
    expect(answers == 1, "one request has one answer");
    return result;
  }
};

} // namespace registrar::fuzz
