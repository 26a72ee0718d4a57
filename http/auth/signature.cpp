#include "http/auth/signature.hpp"

#include "http/auth/base64url.hpp"
#include "http/auth/freed_by.hpp"
#include "messages/assertion.hpp"

#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <jwt.h>

namespace registrar {

namespace {

using token_handle = std::unique_ptr<jwt_t, freed_by<jwt_free>>;
using text_handle = std::unique_ptr<char, freed_by<std::free>>;
using context_handle = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using pair_handle = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;

/// Of each of the two numbers of ES256 (RFC 7518, 3.4).
constexpr std::size_t number_bytes = 32;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_authenticated(std::string_view text, std::string_view signature,
                      const std::string& secret) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  return HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
              bytes_of(text), text.size(), digest.data(), &size)
           != nullptr
         && signature.size() == size
         && CRYPTO_memcmp(digest.data(), signature.data(), size) == 0;
}

/// OpenSSL wants the two numbers in DER; empty where there are none.
std::string to_der(std::string_view signature) {
  if (signature.size() != 2 * number_bytes)
    return {};
  auto number = [&](std::size_t at) {
    return BN_bin2bn(bytes_of(signature) + at, number_bytes, nullptr);
  };
  pair_handle pair{ECDSA_SIG_new()};
  if (!pair || ECDSA_SIG_set0(pair.get(), number(0), number(number_bytes)) != 1)
    return {};
  auto size = i2d_ECDSA_SIG(pair.get(), nullptr);
  std::string result(static_cast<std::size_t>(std::max(size, 0)), '\0');
  auto* end = reinterpret_cast<unsigned char*>(result.data());
  i2d_ECDSA_SIG(pair.get(), &end);
  return result;
}

bool is_verified(std::string_view text, std::string_view signature,
                 EVP_PKEY* key) {
  context_handle context{EVP_MD_CTX_new()};
  return context
         && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr,
                                 key)
              == 1
         && EVP_DigestVerify(context.get(), bytes_of(signature),
                             signature.size(), bytes_of(text), text.size())
              == 1;
}

} // namespace

bool is_signed_by(std::string_view token, const verification_key& key) {
  auto end = token.rfind('.');
  REGISTRAR_ASSERT(end != std::string_view::npos);
  auto text = token.substr(0, end);
  auto signature = decode_base64url(token.substr(end + 1));
  if (!signature)
    return false;
  if (key.algorithm == token_algorithm::hs256)
    return is_authenticated(text, *signature, key.material);
  REGISTRAR_ASSERT(key.parsed != nullptr);
  if (key.algorithm == token_algorithm::es256)
    signature = to_der(*signature);
  auto result = is_verified(text, *signature, key.parsed.get());
  // What OpenSSL failed at must not be found by whoever asks it next.
  ERR_clear_error();
  return result;
}

fallible<std::string> sign_token(const std::string& claims,
                                 const std::string& secret) {
  jwt_t* made = nullptr;
  if (jwt_new(&made) != 0)
    return {ec::internal, "No token could be made."};
  token_handle token{made};
  if (jwt_add_grants_json(token.get(), claims.c_str()) != 0
      || jwt_set_alg(token.get(), JWT_ALG_HS256, bytes_of(secret),
                     static_cast<int>(secret.size()))
           != 0)
    return {ec::internal, "The claims could not be put into a token."};
  text_handle text{jwt_encode_str(token.get())};
  if (!text)
    return {ec::internal, "The token could not be signed."};
  return std::string{text.get()};
}

} // namespace registrar
