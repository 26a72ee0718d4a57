#include "http/auth/authenticator.hpp"

#include "tests/token_factory.hpp"
#include "tests/unit/http/auth/text_file.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr unix_seconds judged_at{1'800'000'000};
const std::string shared_secret = "a secret of 32 bytes and no less";

json claims_of(const std::string& subject = "jane",
               unix_seconds expires = judged_at + 1h) {
  return {{"sub", subject}, {"roles", {"staff"}}, {"exp", expires.count()}};
}

settings with_secret(const text_file& file) {
  settings config;
  config.auth = auth_mode::jwt;
  config.auth_hs256_secret_file = file.path().string();
  return config;
}

settings with_set(const text_file& file) {
  settings config;
  config.auth = auth_mode::jwt;
  config.auth_jwks_file = file.path().string();
  return config;
}

std::string set_of(const signing_key& key, const std::string& kid) {
  return json{{"keys", {key.jwk(kid)}}}.dump();
}

/// Looks at the file with every token.
std::unique_ptr<authenticator> open_eager(const settings& config) {
  auto result = authenticator::open(config, 0s);
  REQUIRE(result);
  return std::move(*result);
}

} // namespace

TEST_CASE("a token that was sound is remembered, one that was not is not") {
  text_file file{shared_secret};
  auto uut = open_eager(with_secret(file));
  auto token = hs256_token(claims_of(), shared_secret);
  CHECK(uut->judge(token, judged_at));
  CHECK(uut->judge(token, judged_at));
  CHECK(uut->remembered() == 1);
  CHECK_FALSE(uut->judge(token + "A", judged_at));
  CHECK_FALSE(
    uut->judge(hs256_token(claims_of(), shared_secret + "!"), judged_at));
  CHECK(uut->remembered() == 1);
}

TEST_CASE("a remembered token says the same as at first") {
  text_file file{shared_secret};
  auto uut = open_eager(with_secret(file));
  auto token = hs256_token(claims_of("joe"), shared_secret);
  auto first = uut->judge(token, judged_at);
  auto again = uut->judge(token, judged_at);
  CHECK(again.token.who == first.token.who);
  CHECK(again.token.who.subject == "joe");
  CHECK(again.token.who.roles == role_set{role::staff});
}

TEST_CASE("a remembered token expires all the same") {
  text_file file{shared_secret};
  auto uut = open_eager(with_secret(file));
  auto token = hs256_token(claims_of("jane", judged_at + 10s), shared_secret);
  CHECK(uut->judge(token, judged_at));
  auto late = judged_at + 10s + limits::token_skew;
  CHECK(uut->judge(token, late).fault == token_fault::expired);
  CHECK(uut->remembered() == 0);
}

TEST_CASE("a clock that is set back makes a remembered token wait again") {
  text_file file{shared_secret};
  auto uut = open_eager(with_secret(file));
  auto claims = claims_of();
  claims["nbf"] = judged_at.count();
  auto token = hs256_token(claims, shared_secret);
  CHECK(uut->judge(token, judged_at));
  CHECK(uut->judge(token, judged_at - 1h).fault == token_fault::not_yet_valid);
  CHECK(uut->judge(token, judged_at));
}

TEST_CASE("issuer and audience come from the settings") {
  text_file file{shared_secret};
  auto config = with_secret(file);
  config.auth_issuer = "here";
  config.auth_audience = "us";
  auto uut = open_eager(config);
  auto claims = claims_of();
  CHECK(uut->judge(hs256_token(claims, shared_secret), judged_at).fault
        == token_fault::wrong_issuer);
  claims["iss"] = "here";
  CHECK(uut->judge(hs256_token(claims, shared_secret), judged_at).fault
        == token_fault::wrong_audience);
  claims["aud"] = "us";
  CHECK(uut->judge(hs256_token(claims, shared_secret), judged_at));
}

TEST_CASE("secret, public key and key set serve together") {
  auto one = signing_key::rsa();
  auto other = signing_key::ec();
  text_file secret_file{shared_secret};
  text_file public_key{one.public_pem()};
  text_file set{set_of(other, "other")};
  auto config = with_secret(secret_file);
  config.auth_public_key_file = public_key.path().string();
  config.auth_jwks_file = set.path().string();
  auto uut = open_eager(config);
  CHECK(uut->judge(hs256_token(claims_of(), shared_secret), judged_at));
  // Whoever signs for a single key may name it as they like.
  CHECK(uut->judge(rs256_token(claims_of(), one), judged_at));
  CHECK(uut->judge(rs256_token(claims_of(), one, "theirs"), judged_at));
  CHECK(uut->judge(es256_token(claims_of(), other, "other"), judged_at));
  CHECK(uut->judge(es256_token(claims_of(), other, "theirs"), judged_at).fault
        == token_fault::key_unknown);
}

TEST_CASE("a key set that changes is read again") {
  auto before = signing_key::ec();
  auto after = signing_key::ec();
  text_file file{set_of(before, "before")};
  auto uut = open_eager(with_set(file));
  auto old_token = es256_token(claims_of(), before, "before");
  auto new_token = es256_token(claims_of(), after, "after");
  CHECK(uut->judge(old_token, judged_at));
  CHECK_FALSE(uut->judge(new_token, judged_at));
  file.write(set_of(after, "after"));
  CHECK(uut->judge(new_token, judged_at));
  // A key that is taken out ends its tokens, remembered or not.
  CHECK(uut->judge(old_token, judged_at).fault == token_fault::key_unknown);
}

TEST_CASE("a key set that cannot be used any more leaves the keys before it") {
  auto key = signing_key::ec();
  text_file file{set_of(key, "a")};
  auto uut = open_eager(with_set(file));
  for (auto broken : {"", "{", R"({"keys":[]})"}) {
    file.write(broken);
    CHECK(uut->judge(
      es256_token(claims_of(broken + std::string{"x"}), key, "a"), judged_at));
  }
  std::filesystem::remove(file.path());
  CHECK(uut->judge(es256_token(claims_of("y"), key, "a"), judged_at));
  auto next = signing_key::ec();
  file.write(set_of(next, "b"));
  CHECK(uut->judge(es256_token(claims_of(), next, "b"), judged_at));
}

TEST_CASE("a key set is looked at once in a period") {
  auto key = signing_key::ec();
  text_file file{set_of(key, "a")};
  auto uut = authenticator::open(with_set(file), 1h);
  REQUIRE(uut);
  auto next = signing_key::ec();
  file.write(set_of(next, "b"));
  CHECK((*uut)->judge(es256_token(claims_of(), key, "a"), judged_at));
  CHECK_FALSE((*uut)->judge(es256_token(claims_of(), next, "b"), judged_at));
}

TEST_CASE("a file that cannot be used refuses the start") {
  text_file file{"short"};
  auto opened = authenticator::open(with_secret(file));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().detail.find(file.path().string()) != std::string::npos);
}

TEST_CASE("threads may judge while keys change") {
  auto first = signing_key::ec();
  text_file file{set_of(first, "a")};
  auto uut = open_eager(with_set(file));
  std::atomic<bool> is_over{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (auto i = 0; i < 3; ++i)
    threads.emplace_back([&, i] {
      for (auto round = 0; !is_over; ++round) {
        auto name = std::to_string(i) + '-' + std::to_string(round % 20);
        auto verdict
          = uut->judge(es256_token(claims_of(name), first, "a"), judged_at);
        if (!verdict || verdict.token.who.subject != name)
          ++wrong;
      }
    });
  auto other = signing_key::ec();
  auto both = json{{"keys", {first.jwk("a"), other.jwk("b")}}}.dump();
  for (auto i = 0; i < 50; ++i)
    file.write(i % 2 == 0 ? both : set_of(first, "a"));
  is_over = true;
  for (auto& one : threads)
    one.join();
  CHECK(wrong == 0);
}
