#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "messages/registration.hpp"
#include "messages/timestamp.hpp"

#include <array>
#include <cstdint>
#include <string>

/// The life of an idempotency key (DESIGN 3.2).

namespace registrar {

/// SHA-256 of student id and section ids in order.
using fingerprint = std::array<std::uint8_t, 32>;

/// Where a key lives: it is scoped to student and route.
struct key_scope {
  student_id student;
  registrar::route route = registrar::route::register_sections;
  /// 1 to 255 printable ASCII characters.
  std::string key;

  friend auto operator<=>(const key_scope&, const key_scope&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, key_scope& x) {
  return f(x.student, x.route, x.key);
}

struct begin_key {
  key_scope scope;
  registrar::fingerprint fingerprint{};
  /// The attempt may run until `now + lease` while its owner lives.
  std::chrono::milliseconds lease{4000};
  /// The record lives until `now + ttl` from its first attempt on.
  std::chrono::milliseconds ttl{0};
};

template <class Inspector>
auto inspect(Inspector& f, begin_key& x) {
  return f(x.scope, x.fingerprint, x.lease, x.ttl);
}

enum class key_state : std::uint8_t {
  /// Yours: go on as `attempt`.
  begun,
  /// Another attempt runs and its lease with it: 409 after `retry_after`.
  in_flight,
  /// Completed: answer `response`.
  stored,
  /// Used with other data: 422.
  mismatch,
};

struct key_begun {
  failure error;
  key_state state = key_state::begun;
  std::uint32_t attempt = 1;
  std::chrono::milliseconds retry_after{0};
  /// Body of the stored 200.
  std::string response;

  friend bool operator==(const key_begun&, const key_begun&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, key_begun& x) {
  return f(x.error, x.state, x.attempt, x.retry_after, x.response);
}

/// Ends an attempt. With `keep`, stores `response` if `attempt` is still the
/// record's and nothing is stored; the loser learns what is. Without, ends the
/// lease only (a 503, a problem, a passing refusal).
struct complete_key {
  key_scope scope;
  std::uint32_t attempt = 1;
  bool keep = true;
  std::string response;
};

template <class Inspector>
auto inspect(Inspector& f, complete_key& x) {
  return f(x.scope, x.attempt, x.keep, x.response);
}

struct key_completed {
  failure error;
  /// False: another attempt owns the record now. If `response` is not empty,
  /// answer that; else 409.
  bool accepted = true;
  std::string response;

  friend bool operator==(const key_completed&, const key_completed&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, key_completed& x) {
  return f(x.error, x.accepted, x.response);
}

} // namespace registrar
