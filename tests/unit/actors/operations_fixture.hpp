#pragma once

#include "actors/gateway.hpp"
#include "tests/unit/actors/server.hpp"

#include <memory>
#include <optional>

namespace actor_tests {

/// A server that is asked what operators ask.
struct operations_fixture : server {
  operations_fixture();
  ~operations_fixture() override;
  operations_service& operations();

  /// What a call is answered, exactly once.
  template <class T, class Call>
  fallible<T> asked(Call call) {
    std::optional<fallible<T>> got;
    auto count = 0;
    call([&](fallible<T> x) {
      ++count;
      got.emplace(std::move(x));
    });
    pass(50ms);
    CAF_REQUIRE_EQUAL(count, 1);
    return *got;
  }

  registration_reply submit(int number, int student, std::vector<int> sections,
                            route which = route::register_sections);

  operator_reason why{"jane", "a complaint", "exchange-1"};
  std::unique_ptr<gateway> uut;
};

} // namespace actor_tests
