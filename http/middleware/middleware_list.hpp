#pragma once

#include "http/middleware/http_exchange.hpp"

#include <cstddef>
#include <tuple>
#include <utility>

namespace registrar {

/// What a middleware is made from. All outlive it.
struct middleware_setup {
  const settings& config;
  registrar::service& service;
  http_meters& meters;
};

/// Middleware in a fixed order, called without a table: what a member does not
/// have costs nothing.
///
/// A member is a class with a constructor from `middleware_setup` and any of:
///
/// - `fallible<done> start()`: the server is about to serve. A failure ends
///   the start; it says in a sentence what to change.
/// - `refusal_response enter(http_exchange&)`: the header is there and keeps
///   the protocol; the route is known if there is one. May refuse before the
///   body is read.
/// - `refusal_response admit(http_exchange&)`: the whole request is there, and
///   its handler is next.
/// - `refusal_response about(http_exchange&, const student_id&)`: the handler
///   found that the request is about this student.
/// - `void leave(http_exchange&, http_response&)`: there is an answer, whoever
///   made it: a handler, another middleware, the checks of the header, or the
///   connection. Then `enter` may never have been called. May add to the
///   answer or replace it.
/// - `void sent(const http_exchange&)`: the answer's text is made.
///
/// A member whose refusals are counted has a constant `refuses_as` besides,
/// the `refusal_cause`.
///
/// The first that refuses ends the round. `leave` runs from the last member to
/// the first, so that a member sees what those behind it answered; all others
/// run in order. Members are shared by all connections: what they keep must be
/// thread-safe.
template <class... Ts>
class middleware_list {
public:
  template <class Setup>
  explicit middleware_list(const Setup& setup)
    : members_((static_cast<void>(sizeof(Ts)), setup)...) {
  }

  fallible<done> start() {
    fallible<done> result{done{}};
    auto tell = [&](auto& one) {
      if constexpr (requires { one.start(); })
        result = one.start();
      return static_cast<bool>(result);
    };
    std::apply([&](auto&... each) { static_cast<void>((tell(each) && ...)); },
               members_);
    return result;
  }

  refusal_response enter(http_exchange& x) {
    return first(x, [&](auto& one) -> refusal_response {
      if constexpr (requires { one.enter(x); })
        return one.enter(x);
      else
        return {};
    });
  }

  refusal_response admit(http_exchange& x) {
    return first(x, [&](auto& one) -> refusal_response {
      if constexpr (requires { one.admit(x); })
        return one.admit(x);
      else
        return {};
    });
  }

  refusal_response about(http_exchange& x, const student_id& student) {
    return first(x, [&](auto& one) -> refusal_response {
      if constexpr (requires { one.about(x, student); })
        return one.about(x, student);
      else
        return {};
    });
  }

  void leave(http_exchange& x, http_response& response) {
    leave_from(x, response, std::index_sequence_for<Ts...>{});
  }

  void sent(const http_exchange& x) {
    auto tell = [&](auto& one) {
      if constexpr (requires { one.sent(x); })
        one.sent(x);
    };
    std::apply([&](auto&... each) { (tell(each), ...); }, members_);
  }

private:
  template <class Ask>
  refusal_response first(http_exchange& x, Ask ask) {
    refusal_response result;
    auto refuses = [&](auto& one) {
      result = ask(one);
      if constexpr (requires { one.refuses_as; })
        if (result)
          x.refused_by = one.refuses_as;
      return result.has_value();
    };
    std::apply(
      [&](auto&... each) { static_cast<void>((refuses(each) || ...)); },
      members_);
    return result;
  }

  template <std::size_t... Is>
  void leave_from(http_exchange& x, http_response& response,
                  std::index_sequence<Is...>) {
    auto tell = [&](auto& one) {
      if constexpr (requires { one.leave(x, response); })
        one.leave(x, response);
    };
    (tell(std::get<sizeof...(Is) - 1 - Is>(members_)), ...);
  }

  std::tuple<Ts...> members_;
};

} // namespace registrar
