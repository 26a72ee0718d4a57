#include "tests/seed.hpp"
#include "tests/unit/http/auth/verifier_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

TEST_CASE("a good token says who asks, whatever of the three signs it") {
  for (const auto& token : {hs256_token(good_claims(), secret),
                            rs256_token(good_claims(), rsa_key(), "rsa"),
                            es256_token(good_claims(), ec_key(), "ec")}) {
    auto verdict = make_verifier().verify(token, now);
    REQUIRE(verdict);
    CHECK(verdict.token.who.subject == own_id);
    CHECK(verdict.token.who.roles == role_set{role::student});
    CHECK(verdict.token.expires == now + 1h);
  }
}

TEST_CASE("a claim that is there twice is refused: readers would disagree") {
  auto claims = good_claims().dump();
  claims.insert(1, R"("roles":["admin"],)");
  CHECK(judged(with_claims_text(claims)) == token_fault::malformed);
  auto header = to_base64url(R"({"alg":"none","alg":"HS256"})");
  auto text = header + '.' + to_base64url(good_claims().dump());
  CHECK(judged(signed_text(text, hs256(text, secret)))
        == token_fault::malformed);
}

TEST_CASE("only the three algorithms are taken, by their exact names") {
  for (auto name : {"none", "None", "NONE", "hs256", "HS384", "HS512", "RS384",
                    "RS512", "PS256", "ES384", "EdDSA", "", " HS256"}) {
    CAPTURE(name);
    auto text = signing_input({{"alg", name}}, good_claims());
    CHECK(judged(signed_text(text, hs256(text, secret)))
          == token_fault::algorithm_refused);
    CHECK(judged(text + '.') == token_fault::algorithm_refused);
  }
  CHECK(judged(with_header({{"alg", {"HS256"}}}))
        == token_fault::algorithm_refused);
  CHECK(judged(with_header({{"typ", "JWT"}}))
        == token_fault::algorithm_refused);
}

TEST_CASE("an extension that must be understood is refused") {
  CHECK(judged(with_header({{"alg", "HS256"}, {"crit", {"b64"}}}))
        == token_fault::algorithm_refused);
}

TEST_CASE("a public key is never taken for a secret") {
  // The verifier knows no secret, the attacker knows the public key.
  for (const auto* key : {&rsa_key(), &ec_key()}) {
    key_ring keys;
    REQUIRE(keys.add(public_key(*key, "")));
    auto pem = key->public_pem();
    token_verifier verifier{std::move(keys), {issuer, audience}};
    for (const auto& material : {pem, pem.substr(0, pem.size() - 1)})
      CHECK(verifier.verify(hs256_token(good_claims(), material), now).fault
            == token_fault::key_unknown);
  }
}

TEST_CASE("a key serves its own algorithm only") {
  // An EC signature that calls itself RS256 under the EC key's name.
  auto text = signing_input({{"alg", "RS256"}, {"kid", "ec"}}, good_claims());
  CHECK(judged(signed_text(text, ec_key().sign(text)))
        == token_fault::key_unknown);
  text = signing_input({{"alg", "ES256"}, {"kid", "rsa"}}, good_claims());
  CHECK(judged(signed_text(text, rsa_key().sign(text)))
        == token_fault::key_unknown);
  text = signing_input({{"alg", "ES256"}, {"kid", "ec"}}, good_claims());
  CHECK(judged(signed_text(text, rsa_key().sign(text)))
        == token_fault::signature_wrong);
}

TEST_CASE("a key is chosen by its kid") {
  auto old = signing_key::ec();
  key_ring keys;
  REQUIRE(keys.add(public_key(old, "2025")));
  REQUIRE(keys.add(public_key(ec_key(), "2026")));
  token_verifier verifier{std::move(keys), {issuer, audience}};
  auto fault_of = [&](const signing_key& key, const std::string& kid) {
    return verifier.verify(es256_token(good_claims(), key, kid), now).fault;
  };
  CHECK(fault_of(old, "2025") == token_fault::none);
  CHECK(fault_of(ec_key(), "2026") == token_fault::none);
  CHECK(fault_of(old, "2026") == token_fault::signature_wrong);
  CHECK(fault_of(old, "2024") == token_fault::key_unknown);
  // Without a name nobody tries them all.
  CHECK(fault_of(ec_key(), "") == token_fault::key_unknown);
}

TEST_CASE("a kid that is no text names no key") {
  CHECK(judged(with_header({{"alg", "HS256"}, {"kid", 7}}))
        == token_fault::key_unknown);
  CHECK(judged(with_header({{"alg", "HS256"}, {"kid", "../../dev/null"}}))
        == token_fault::none);
}

TEST_CASE("a wrong signature is refused") {
  auto text = signing_input({{"alg", "HS256"}}, good_claims());
  auto right = hs256(text, secret);
  CHECK(judged(signed_text(text, right)) == token_fault::none);
  CHECK(judged(signed_text(text, "")) == token_fault::signature_wrong);
  CHECK(judged(signed_text(text, right.substr(0, 31)))
        == token_fault::signature_wrong);
  CHECK(judged(signed_text(text, right + '\0'))
        == token_fault::signature_wrong);
  CHECK(judged(signed_text(text, hs256(text, secret + " ")))
        == token_fault::signature_wrong);
  CHECK(judged(rs256_token(good_claims(), signing_key::rsa(), "rsa"))
        == token_fault::signature_wrong);
  // No signature at all, in an elliptic disguise.
  text = signing_input({{"alg", "ES256"}, {"kid", "ec"}}, good_claims());
  CHECK(judged(signed_text(text, std::string(64, '\0')))
        == token_fault::signature_wrong);
}

TEST_CASE("claims that were changed after signing are refused") {
  auto token = hs256_token(good_claims(), secret);
  auto first = token.find('.');
  auto second = token.rfind('.');
  auto claims = claims_with("roles", {"admin"});
  auto forged = token.substr(0, first + 1) + to_base64url(claims.dump())
                + token.substr(second);
  CHECK(judged(forged) == token_fault::signature_wrong);
}

TEST_CASE("whatever is cut off of a token, the rest is refused") {
  for (const auto& token : {hs256_token(good_claims(), secret),
                            es256_token(good_claims(), ec_key(), "ec")}) {
    auto verifier = make_verifier();
    for (std::size_t size = 0; size < token.size(); ++size)
      REQUIRE_FALSE(verifier.verify(token.substr(0, size), now));
    for (auto more : {".", "A", "=", " ", "\n", ".AAAA"})
      REQUIRE_FALSE(verifier.verify(token + more, now));
    REQUIRE_FALSE(verifier.verify(" " + token, now));
  }
}

TEST_CASE("what is no token is refused") {
  auto deep = std::string(3'000, '[');
  auto claims = to_base64url(good_claims().dump());
  for (const auto& text :
       {std::string{}, std::string{"."}, std::string{".."}, std::string{"..."},
        std::string{"a.b.c"}, std::string{"e30.e30.e30"},
        std::string{"Bearer x"}, std::string(8'000, '.'),
        std::string(8'000, 'A'), std::string{"\0\0.\0.\0", 6},
        to_base64url("[]") + '.' + claims + '.',
        to_base64url("null") + '.' + claims + '.',
        to_base64url(deep) + '.' + claims + '.', with_claims_text(deep),
        with_claims_text("{}{}"), with_claims_text("[]"), with_claims_text(""),
        with_claims_text("{\"sub\":\"\xff\"}")}) {
    CAPTURE(text);
    auto fault = judged(text);
    CHECK((fault == token_fault::malformed
           || fault == token_fault::algorithm_refused));
  }
}

TEST_CASE("a token may have 8 KB and no more") {
  auto of_size = [](std::size_t filler) {
    return hs256_token(claims_with("filler", std::string(filler, 'x')), secret);
  };
  auto token = of_size(5'800);
  REQUIRE(token.size() < limits::token_bytes_max);
  CHECK(judged(token) == token_fault::none);
  token = of_size(8 * 1024);
  REQUIRE(token.size() > limits::token_bytes_max);
  CHECK(judged(token) == token_fault::malformed);
}

TEST_CASE("bytes that change anywhere never make another good token") {
  auto verifier = make_verifier();
  for (std::uint64_t round = 0; round < rounds(2'000); ++round) {
    random_source random{round};
    auto token = random.one_in(2) ? hs256_token(good_claims(), secret)
                                  : es256_token(good_claims(), ec_key(), "ec");
    auto changed = token;
    for (auto count = random.below(3) + 1; count > 0; --count)
      changed[random.below(changed.size())]
        = static_cast<char>(random.below(256));
    CAPTURE(changed);
    REQUIRE(static_cast<bool>(verifier.verify(changed, now))
            == (changed == token));
  }
}

TEST_CASE("nothing is told about why a signature failed") {
  for (auto fault : {token_fault::malformed, token_fault::algorithm_refused,
                     token_fault::key_unknown, token_fault::signature_wrong})
    CHECK(description_of(fault) == description_of(token_fault::malformed));
  CHECK(description_of(token_fault::expired)
        != description_of(token_fault::malformed));
}
