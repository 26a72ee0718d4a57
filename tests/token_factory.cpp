#include "tests/token_factory.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <stdexcept>

namespace registrar::test {

namespace {

using nlohmann::json;

EVP_PKEY* raw(const std::shared_ptr<void>& key) {
  return static_cast<EVP_PKEY*>(key.get());
}

void sure(bool it_worked) {
  if (!it_worked)
    throw std::runtime_error("OpenSSL did not do what the test needs");
}

template <class Write>
std::string written(Write write) {
  auto* out = BIO_new(BIO_s_mem());
  sure(write(out) == 1);
  char* text = nullptr;
  auto size = BIO_get_mem_data(out, &text);
  std::string result{text, static_cast<std::size_t>(size)};
  BIO_free(out);
  return result;
}

std::string number_of(const std::shared_ptr<void>& key, const char* name,
                      int width = 0) {
  BIGNUM* number = nullptr;
  sure(EVP_PKEY_get_bn_param(raw(key), name, &number) == 1);
  auto size = width > 0 ? width : BN_num_bytes(number);
  std::string result(static_cast<std::size_t>(size), '\0');
  sure(
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(result.data()), size)
    == size);
  BN_free(number);
  return result;
}

/// ECDSA's two numbers side by side.
std::string without_der(const std::string& der) {
  auto* at = reinterpret_cast<const unsigned char*>(der.data());
  auto* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  sure(pair != nullptr);
  std::string result(64, '\0');
  auto* to = reinterpret_cast<unsigned char*>(result.data());
  sure(BN_bn2binpad(ECDSA_SIG_get0_r(pair), to, 32) == 32
       && BN_bn2binpad(ECDSA_SIG_get0_s(pair), to + 32, 32) == 32);
  ECDSA_SIG_free(pair);
  return result;
}

json header_of(const char* algorithm, const std::string& kid) {
  json header{{"alg", algorithm}, {"typ", "JWT"}};
  if (!kid.empty())
    header["kid"] = kid;
  return header;
}

} // namespace

std::string to_base64url(std::string_view bytes) {
  std::string result((bytes.size() + 2) / 3 * 4 + 1, '\0');
  auto size
    = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  result.resize(static_cast<std::size_t>(size));
  while (result.ends_with('='))
    result.pop_back();
  for (auto& c : result)
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  return result;
}

std::string hs256(std::string_view text, std::string_view secret) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  sure(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(),
            digest, &size)
       != nullptr);
  return {reinterpret_cast<char*>(digest), size};
}

signing_key::signing_key(void* key)
  : key_(key, [](void* x) { EVP_PKEY_free(static_cast<EVP_PKEY*>(x)); }) {
  sure(key != nullptr);
}

signing_key signing_key::rsa(unsigned bits) {
  return signing_key{EVP_RSA_gen(bits)};
}

signing_key signing_key::ec(const char* curve) {
  return signing_key{EVP_EC_gen(curve)};
}

std::string signing_key::sign(std::string_view text) const {
  auto* context = EVP_MD_CTX_new();
  auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  sure(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, raw(key_))
         == 1
       && EVP_DigestSign(context, nullptr, &size, bytes, text.size()) == 1);
  std::string result(size, '\0');
  sure(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(result.data()),
                      &size, bytes, text.size())
       == 1);
  result.resize(size);
  EVP_MD_CTX_free(context);
  return EVP_PKEY_is_a(raw(key_), "EC") == 1 ? without_der(result) : result;
}

std::string signing_key::public_pem() const {
  return written(
    [&](BIO* out) { return PEM_write_bio_PUBKEY(out, raw(key_)); });
}

std::string signing_key::private_pem() const {
  return written([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, raw(key_), nullptr, nullptr, 0,
                                    nullptr, nullptr);
  });
}

json signing_key::jwk(const std::string& kid) const {
  json result{{"kid", kid}, {"use", "sig"}};
  if (EVP_PKEY_is_a(raw(key_), "RSA") == 1) {
    result["kty"] = "RSA";
    result["n"] = to_base64url(number_of(key_, OSSL_PKEY_PARAM_RSA_N));
    result["e"] = to_base64url(number_of(key_, OSSL_PKEY_PARAM_RSA_E));
  } else {
    result["kty"] = "EC";
    result["crv"] = "P-256";
    result["x"] = to_base64url(number_of(key_, OSSL_PKEY_PARAM_EC_PUB_X, 32));
    result["y"] = to_base64url(number_of(key_, OSSL_PKEY_PARAM_EC_PUB_Y, 32));
  }
  return result;
}

std::string signing_input(const json& header, const json& claims) {
  return to_base64url(header.dump()) + '.' + to_base64url(claims.dump());
}

std::string signed_text(const std::string& text, std::string_view signature) {
  return text + '.' + to_base64url(signature);
}

std::string hs256_token(const json& claims, std::string_view secret) {
  auto text = signing_input(header_of("HS256", ""), claims);
  return signed_text(text, hs256(text, secret));
}

std::string rs256_token(const json& claims, const signing_key& key,
                        const std::string& kid) {
  auto text = signing_input(header_of("RS256", kid), claims);
  return signed_text(text, key.sign(text));
}

std::string es256_token(const json& claims, const signing_key& key,
                        const std::string& kid) {
  auto text = signing_input(header_of("ES256", kid), claims);
  return signed_text(text, key.sign(text));
}

} // namespace registrar::test
