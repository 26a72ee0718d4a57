#include "http/auth/token_issuer.hpp"

#include "http/auth/base64url.hpp"
#include "tests/token_factory.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr unix_seconds issued_at{1'800'000'000};
const std::string student_subject = "123e4567-e89b-12d3-a456-426614174000";
const std::string issuing_secret = "a secret of 32 bytes and no less";

token_order order_of(const std::string& subject, role_set roles) {
  token_order order;
  order.subject = subject;
  order.roles = roles;
  order.ttl = 1h;
  return order;
}

json part_of(const std::string& token, int number) {
  std::string rest = token;
  for (; number > 0; --number)
    rest = rest.substr(rest.find('.') + 1);
  return json::parse(*decode_base64url(rest.substr(0, rest.find('.'))));
}

} // namespace

TEST_CASE(
  "a token that is issued says what was ordered, signed by the secret") {
  auto order = order_of(student_subject, role_set{role::student, role::admin});
  order.issuer = "me";
  order.audience = "you";
  auto token = issue_token(order, issuing_secret, issued_at);
  REQUIRE(token);
  CHECK(part_of(*token, 0)["alg"] == "HS256");
  CHECK(part_of(*token, 1)
        == json{{"sub", student_subject},
                {"roles", {"student", "admin"}},
                {"iat", issued_at.count()},
                {"exp", (issued_at + 1h).count()},
                {"iss", "me"},
                {"aud", "you"}});
  auto text = token->substr(0, token->rfind('.'));
  CHECK(*token == signed_text(text, hs256(text, issuing_secret)));
}

TEST_CASE("issuer and audience are left out where nothing is said") {
  auto token = issue_token(order_of("jane", role_set{role::staff}),
                           issuing_secret, issued_at);
  REQUIRE(token);
  auto claims = part_of(*token, 1);
  CHECK_FALSE(claims.contains("iss"));
  CHECK_FALSE(claims.contains("aud"));
}

TEST_CASE("a token that no verifier would take is not issued") {
  auto roles = role_set{role::student};
  CHECK_FALSE(
    issue_token(order_of("s1234567", roles), issuing_secret, issued_at));
  CHECK_FALSE(issue_token(order_of("", role_set{role::staff}), issuing_secret,
                          issued_at));
  CHECK_FALSE(
    issue_token(order_of(std::string(256, 'x'), role_set{role::staff}),
                issuing_secret, issued_at));
}
