// What a token costs: its signature at first, its digest from then on.

#include "http/auth/authenticator.hpp"
#include "tests/token_factory.hpp"
#include "tests/unit/http/auth/text_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace registrar;
using namespace registrar::test;
using clock_type = std::chrono::steady_clock;

constexpr unix_seconds now{1'800'000'000};
constexpr std::size_t tokens_each = 1'000;
const std::string secret = "a secret of 32 bytes and no less";

nlohmann::json claims_of(std::size_t number) {
  return {{"sub", "123e4567-e89b-12d3-a456-426614174000"},
          {"roles", {"student"}},
          {"iss", "https://login.example.edu"},
          {"aud", "registrar"},
          {"jti", number},
          {"exp", (now + std::chrono::hours{1}).count()}};
}

/// Judges every token once. @return microseconds for each.
double micros_each(authenticator& uut, const std::vector<std::string>& tokens) {
  auto begin = clock_type::now();
  for (const auto& token : tokens)
    if (!uut.judge(token, now)) {
      std::fputs("token_bench: a good token was refused\n", stderr);
      std::exit(2);
    }
  std::chrono::duration<double, std::micro> span = clock_type::now() - begin;
  return span.count() / static_cast<double>(tokens.size());
}

template <class Sign>
void measure(authenticator& uut, const char* name, Sign sign) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < tokens_each; ++i)
    tokens.push_back(sign(claims_of(i)));
  auto first = micros_each(uut, tokens);
  auto again = micros_each(uut, tokens);
  std::printf("%-8s %5zu bytes %12.1f us %14.2f us\n", name,
              tokens.front().size(), first, again);
}

} // namespace

int main() {
  auto rsa = signing_key::rsa();
  auto ec = signing_key::ec();
  text_file secret_file{secret};
  text_file set{nlohmann::json{{"keys", {rsa.jwk("r"), ec.jwk("e")}}}.dump()};
  settings config;
  config.auth = auth_mode::jwt;
  config.auth_hs256_secret_file = secret_file.path().string();
  config.auth_jwks_file = set.path().string();
  config.auth_issuer = "https://login.example.edu";
  config.auth_audience = "registrar";
  auto uut = authenticator::open(config);
  if (!uut) {
    std::fprintf(stderr, "token_bench: %s\n", uut.error().detail.c_str());
    return 2;
  }
  std::printf("%-20s %15s %17s\n", "", "first", "remembered");
  measure(**uut, "HS256", [](const auto& x) { return hs256_token(x, secret); });
  measure(**uut, "RS256",
          [&](const auto& x) { return rs256_token(x, rsa, "r"); });
  measure(**uut, "ES256",
          [&](const auto& x) { return es256_token(x, ec, "e"); });
}
