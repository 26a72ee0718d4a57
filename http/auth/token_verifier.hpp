#pragma once

#include "http/access.hpp"
#include "http/auth/key_ring.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace registrar {

/// Seconds since 1970, as tokens count time.
using unix_seconds = std::chrono::seconds;

/// What a token must say besides being signed; empty: not compared.
struct token_rules {
  std::string issuer;
  std::string audience;
};

enum class token_fault : std::uint8_t {
  none,
  /// No three parts of base64url with JSON in the first two, or too long.
  malformed,
  /// Its algorithm is not one of ours (`none` is not), or it demands an
  /// extension.
  algorithm_refused,
  /// No key of that algorithm and name.
  key_unknown,
  signature_wrong,
  // Found only in tokens whose signature is right:
  /// A claim is missing or of the wrong form.
  claims_unusable,
  wrong_issuer,
  wrong_audience,
  not_yet_valid,
  expired,
};

/// Stable kebab-case name for logs.
std::string_view to_string(token_fault fault);

/// What the sender of a token is told: nothing about why a signature failed,
/// everything about claims, which only a token's issuer could write.
std::string_view description_of(token_fault fault);

struct verified_token {
  principal who;
  unix_seconds not_before{0};
  unix_seconds expires{0};
};

struct token_verdict {
  token_fault fault = token_fault::none;
  /// Meaningful without a fault.
  verified_token token;

  explicit operator bool() const {
    return fault == token_fault::none;
  }
};

/// Whether the token may be used now; clocks may differ by
/// `limits::token_skew`.
token_fault judge_time(const verified_token& token, unix_seconds now);

/// Judges signed tokens (RFC 7519 in RFC 7515's compact form) by fixed keys and
/// rules. Pure: the caller says what time it is. In this order: form,
/// algorithm, key, signature, claims, time.
///
/// Demanded: `sub`; `exp`; `iss` and `aud` where there is a rule. `nbf` counts
/// where it is there. `roles` is a list of words; those that are not ours are
/// passed over. The `sub` of a student is an id.
class token_verifier {
public:
  token_verifier(key_ring keys, token_rules rules)
    : keys_(std::move(keys)), rules_(std::move(rules)) {
  }

  token_verdict verify(std::string_view token, unix_seconds now) const;

private:
  key_ring keys_;
  token_rules rules_;
};

} // namespace registrar
