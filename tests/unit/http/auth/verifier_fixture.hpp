#pragma once

#include "config/limits.hpp"
#include "http/auth/public_key.hpp"
#include "http/auth/token_verifier.hpp"
#include "tests/token_factory.hpp"

#include <doctest/doctest.h>

/// A verifier with one key of each kind, and tokens that are good but for what
/// a test changes about them.

namespace registrar::test {

using namespace std::chrono_literals;
using nlohmann::json;

inline constexpr unix_seconds now{1'800'000'000};
inline constexpr auto skew = limits::token_skew;
inline const std::string own_id = "123e4567-e89b-12d3-a456-426614174000";
inline const std::string secret = "a secret of 32 bytes and no less";
inline const std::string issuer = "https://login.example.edu";
inline const std::string audience = "registrar";

/// Made once: RSA keys take a while.
inline const signing_key& rsa_key() {
  static const auto key = signing_key::rsa();
  return key;
}

inline const signing_key& ec_key() {
  static const auto key = signing_key::ec();
  return key;
}

inline json good_claims() {
  return {{"iss", issuer},
          {"aud", audience},
          {"sub", own_id},
          {"roles", {"student"}},
          {"exp", (now + 1h).count()}};
}

inline json claims_with(const char* name, json value) {
  auto claims = good_claims();
  claims[name] = std::move(value);
  return claims;
}

inline json claims_without(const char* name) {
  auto claims = good_claims();
  claims.erase(name);
  return claims;
}

inline verification_key public_key(const signing_key& key,
                                   const std::string& kid) {
  auto result = public_key_from_pem(key.public_pem());
  REQUIRE(result);
  result->kid = kid;
  return *result;
}

/// Verifies by one secret, one RSA key and one EC key.
inline token_verifier make_verifier() {
  key_ring keys;
  REQUIRE(keys.add({token_algorithm::hs256, "", secret}));
  REQUIRE(keys.add(public_key(rsa_key(), "rsa")));
  REQUIRE(keys.add(public_key(ec_key(), "ec")));
  return {std::move(keys), {issuer, audience}};
}

inline token_fault judged(const std::string& token) {
  return make_verifier().verify(token, now).fault;
}

inline token_fault judged(const json& claims) {
  return judged(hs256_token(claims, secret));
}

inline std::string with_header(const json& header) {
  auto text = signing_input(header, good_claims());
  return signed_text(text, hs256(text, secret));
}

/// A token whose claims are this text, which need not be JSON.
inline std::string with_claims_text(const std::string& claims) {
  auto text = to_base64url(R"({"alg":"HS256"})") + '.' + to_base64url(claims);
  return signed_text(text, hs256(text, secret));
}

} // namespace registrar::test
