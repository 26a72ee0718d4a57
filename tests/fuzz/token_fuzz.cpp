// Tokens and key sets. One input is taken for a whole token, for the claims
// and for the header of a token that our secret signs, and for a JWKS.

#include "config/limits.hpp"
#include "http/auth/base64url.hpp"
#include "http/auth/key_set.hpp"
#include "http/auth/public_key.hpp"
#include "http/auth/token_verifier.hpp"
#include "tests/fuzz/expect.hpp"
#include "tests/fuzz/fuzz_keys.hpp"
#include "tests/token_factory.hpp"

#include <algorithm>

namespace {

using namespace registrar;
using namespace registrar::fuzz;
using test::to_base64url;

/// 2027, before the tokens of the corpus expire.
constexpr unix_seconds now{1'800'000'000};
/// Another secret, which signs what must not be taken.
const std::string foreign_secret = "another secret, of 32 bytes too.";

key_ring our_keys() {
  key_ring keys;
  auto add = [&](fallible<verification_key> key, const char* kid) {
    expect(static_cast<bool>(key), "the target's own keys are keys");
    key->kid = kid;
    expect(static_cast<bool>(keys.add(std::move(*key))), "keys can be added");
  };
  add(verification_key{token_algorithm::hs256, "", secret}, "");
  add(public_key_from_pem(rsa_pem), "rsa");
  add(public_key_from_pem(ec_pem), "ec");
  return keys;
}

const token_verifier& ours() {
  static const token_verifier one{our_keys(), {issuer, audience}};
  return one;
}

bool is_signed_by_us(std::string_view token) {
  auto end = token.rfind('.');
  if (end == std::string_view::npos)
    return false;
  auto text = token.substr(0, end);
  return text == signed_by_rsa || text == signed_by_ec
         || token.substr(end + 1) == to_base64url(test::hs256(text, secret));
}

/// Of every verdict, whatever the token was.
void check_verdict(std::string_view token, const token_verdict& verdict) {
  expect(!to_string(verdict.fault).empty(), "a fault has a name");
  if (!verdict) {
    expect(!description_of(verdict.fault).empty(), "a fault is described");
    return;
  }
  expect(is_signed_by_us(token), "only what we signed is taken");
  const auto& [who, not_before, expires] = verdict.token;
  expect(expires + limits::token_skew > now
           && not_before <= now + limits::token_skew
           && expires <= limits::token_time_max,
         "a token is taken in its time");
  expect(!who.subject.empty()
           && who.subject.size() <= limits::subject_length_max,
         "a token names a subject");
  expect(who.roles.has(role::student) == who.student.has_value(),
         "a student is one by role and by id");
  expect(!who.student || who.student == student_id::parse(who.subject),
         "a student is the subject");
  expect(token.size() <= limits::token_bytes_max, "a token is bounded");
}

void check_token(std::string_view token) {
  auto verdict = ours().verify(token, now);
  check_verdict(token, verdict);
  // The same token, changed behind its signature's back.
  if (verdict) {
    std::string changed{token};
    changed[changed.find('.') / 2] ^= 1;
    expect(!ours().verify(changed, now), "no byte of a token can be changed");
  }
}

void check_parts(std::string_view header, std::string_view claims) {
  auto text = to_base64url(header) + '.' + to_base64url(claims);
  auto token = test::signed_text(text, test::hs256(text, secret));
  check_verdict(token, ours().verify(token, now));
  auto foreign = test::signed_text(text, test::hs256(text, foreign_secret));
  expect(!ours().verify(foreign, now), "another's signature is not ours");
  expect(!ours().verify(text + '.', now), "no signature is none");
}

/// A key that everybody may know is no secret.
void check_key(const verification_key& key) {
  expect(key.algorithm != token_algorithm::hs256, "a set holds no secret");
  auto again = public_key_from_pem(key.material);
  expect(again && again->algorithm == key.algorithm
           && again->material == key.material,
         "a key of a set is a key in PEM");
  key_ring keys;
  expect(static_cast<bool>(keys.add(key)), "a key can be added");
  token_verifier verifier{std::move(keys), {}};
  nlohmann::json claims{{"sub", "x"}, {"exp", now.count() + 60}};
  expect(!verifier.verify(test::hs256_token(claims, key.material), now),
         "a public key is never taken for a secret");
}

void check_set(const std::string& text) {
  auto set = read_key_set(text);
  if (!set) {
    expect(set.error().code == ec::invalid_value && !set.error().detail.empty(),
           "a set that is refused is told why");
    return;
  }
  expect(!set->keys.empty(), "a set holds a key");
  for (const auto& key : set->keys)
    check_key(key);
}

void check_base64url(std::string_view text) {
  auto bytes = decode_base64url(text);
  expect(!bytes || to_base64url(*bytes) == text, "bytes have one text");
  expect(decode_base64url(to_base64url(text)) == std::string{text},
         "every text can be written");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  check_base64url(text);
  check_token(text);
  check_parts(R"({"alg":"HS256"})", text);
  check_parts(text, R"({"iss":"https://login.example.edu","aud":"registrar",)"
                    R"("sub":"registry","exp":4102444800,"roles":["staff"]})");
  check_set(std::string{text});
  return 0;
}
