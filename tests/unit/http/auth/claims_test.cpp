// What a token must say, and what it may.

#include "tests/unit/http/auth/verifier_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

TEST_CASE("roles are what the token lists; words of others are passed over") {
  auto roles_of = [](json roles) {
    auto verdict = make_verifier().verify(
      hs256_token(claims_with("roles", std::move(roles)), secret), now);
    REQUIRE(verdict);
    return verdict.token.who.roles;
  };
  CHECK(roles_of({"staff", "operator"})
        == role_set{role::staff, role::operations});
  CHECK(roles_of({"admin", "admin", "offline_access"})
        == role_set{role::admin});
  CHECK(roles_of(json::array()).is_empty());
  CHECK(roles_of({"Staff", "STAFF", "staff "}).is_empty());
  auto verdict
    = make_verifier().verify(hs256_token(claims_without("roles"), secret), now);
  REQUIRE(verdict);
  CHECK(verdict.token.who.roles.is_empty());
}

TEST_CASE("roles that are no list of words make a token unusable") {
  CHECK(judged(claims_with("roles", "admin")) == token_fault::claims_unusable);
  CHECK(judged(claims_with("roles", {{"admin", true}}))
        == token_fault::claims_unusable);
  CHECK(judged(claims_with("roles", {"admin", 7}))
        == token_fault::claims_unusable);
}

TEST_CASE("a student's subject is an id, staff's is any text") {
  CHECK(judged(claims_with("sub", "s1234567")) == token_fault::claims_unusable);
  CHECK(judged(claims_with("sub", own_id + "0"))
        == token_fault::claims_unusable);
  auto claims = claims_with("sub", "jane.doe@example.edu");
  claims["roles"] = {"staff"};
  CHECK(judged(claims) == token_fault::none);
  claims["roles"] = {"staff", "student"};
  CHECK(judged(claims) == token_fault::claims_unusable);
}

TEST_CASE("a token without a usable subject is refused") {
  CHECK(judged(claims_without("sub")) == token_fault::claims_unusable);
  for (auto wrong : {json(""), json(7), json(nullptr), json({own_id}),
                     json(std::string(limits::subject_length_max + 1, 's'))}) {
    auto claims = claims_with("sub", wrong);
    claims["roles"] = {"staff"};
    CHECK(judged(claims) == token_fault::claims_unusable);
  }
}

TEST_CASE("a token ends with exp, give or take the skew of clocks") {
  auto at = [](unix_seconds time) {
    return judged(claims_with("exp", time.count()));
  };
  CHECK(at(now + 1s) == token_fault::none);
  CHECK(at(now - skew + 1s) == token_fault::none);
  CHECK(at(now - skew) == token_fault::expired);
  CHECK(at(now - 1h) == token_fault::expired);
  CHECK(at(unix_seconds{0}) == token_fault::expired);
  CHECK(judged(claims_without("exp")) == token_fault::claims_unusable);
}

TEST_CASE("a token begins with nbf, give or take the skew of clocks") {
  auto at = [](unix_seconds time) {
    return judged(claims_with("nbf", time.count()));
  };
  CHECK(at(now - 1h) == token_fault::none);
  CHECK(at(now + skew) == token_fault::none);
  CHECK(at(now + skew + 1s) == token_fault::not_yet_valid);
  CHECK(judged(claims_with("nbf", "soon")) == token_fault::claims_unusable);
}

TEST_CASE("a time may have a fraction and must be one") {
  auto seconds = static_cast<double>((now + 1h).count());
  CHECK(judged(claims_with("exp", seconds + 0.75)) == token_fault::none);
  CHECK(judged(claims_with("exp", "1800003600"))
        == token_fault::claims_unusable);
  CHECK(judged(claims_with("exp", -1)) == token_fault::claims_unusable);
  CHECK(judged(claims_with("exp", true)) == token_fault::claims_unusable);
  CHECK(judged(claims_with("exp", nullptr)) == token_fault::claims_unusable);
}

TEST_CASE("a huge exp neither overflows nor lets anybody in for ever") {
  auto last = limits::token_time_max.count();
  CHECK(judged(claims_with("exp", last)) == token_fault::none);
  CHECK(judged(claims_with("exp", last + 1)) == token_fault::claims_unusable);
  for (auto text : {"9223372036854775807", "1e300", "1e18"}) {
    CAPTURE(text);
    auto claims = good_claims().dump();
    auto exp = std::to_string((now + 1h).count());
    claims.replace(claims.find(exp), exp.size(), text);
    CHECK(judged(with_claims_text(claims)) == token_fault::claims_unusable);
  }
  // Beyond 64 bits it is no number to one reader and another to the next.
  auto claims = good_claims().dump();
  auto exp = std::to_string((now + 1h).count());
  claims.replace(claims.find(exp), exp.size(), "99999999999999999999999");
  CHECK(judged(with_claims_text(claims)) == token_fault::malformed);
}

TEST_CASE("a token of another issuer is refused") {
  CHECK(judged(claims_with("iss", issuer + "/")) == token_fault::wrong_issuer);
  CHECK(judged(claims_with("iss", {issuer})) == token_fault::wrong_issuer);
  CHECK(judged(claims_without("iss")) == token_fault::wrong_issuer);
}

TEST_CASE("a token's audience is one text or a list") {
  CHECK(judged(claims_with("aud", {audience})) == token_fault::none);
  CHECK(judged(claims_with("aud", {"other", audience})) == token_fault::none);
  CHECK(judged(claims_with("aud", "other")) == token_fault::wrong_audience);
  CHECK(judged(claims_with("aud", {"other"})) == token_fault::wrong_audience);
  CHECK(judged(claims_with("aud", json::array()))
        == token_fault::wrong_audience);
  CHECK(judged(claims_with("aud", {{audience, audience}}))
        == token_fault::wrong_audience);
  CHECK(judged(claims_without("aud")) == token_fault::wrong_audience);
}

TEST_CASE("what there is no rule about is not compared") {
  key_ring keys;
  REQUIRE(keys.add({token_algorithm::hs256, "", secret}));
  token_verifier lenient{std::move(keys), {}};
  auto claims = claims_without("iss");
  claims["aud"] = "whatever";
  CHECK(lenient.verify(hs256_token(claims, secret), now));
}
