#include "http/auth/public_key.hpp"

#include "config/limits.hpp"
#include "http/auth/freed_by.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace registrar {

namespace {

using key_handle = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using bio_handle = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using number_handle = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using builder_handle
  = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;
using parameters_handle
  = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;
using certificate_handle = std::unique_ptr<X509, freed_by<X509_free>>;

constexpr std::size_t p256_bytes = 32;
constexpr std::string_view p256 = "prime256v1";

/// What OpenSSL failed at must not be found by whoever asks it next.
struct errors_forgotten {
  ~errors_forgotten() {
    ERR_clear_error();
  }
};

std::string to_pem(EVP_PKEY* key) {
  bio_handle out{BIO_new(BIO_s_mem())};
  if (!out || PEM_write_bio_PUBKEY(out.get(), key) != 1)
    return {};
  char* text = nullptr;
  auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

fallible<token_algorithm> algorithm_of(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) {
    auto bits = EVP_PKEY_get_bits(key);
    if (bits >= limits::rsa_bits_min && bits <= limits::rsa_bits_max)
      return token_algorithm::rs256;
    return {ec::invalid_value, "is an RSA key of " + std::to_string(bits)
                                 + " bits; use one of "
                                 + std::to_string(limits::rsa_bits_min) + " to "
                                 + std::to_string(limits::rsa_bits_max) + "."};
  }
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    char curve[64] = "";
    std::size_t size = 0;
    EVP_PKEY_get_group_name(key, curve, sizeof curve, &size);
    if (std::string_view{curve, size} == p256)
      return token_algorithm::es256;
    return {ec::invalid_value, "is a key on the curve " + std::string{curve}
                                 + "; ES256 needs P-256."};
  }
  return {ec::invalid_value,
          "is neither an RSA key nor one on the curve P-256."};
}

fallible<verification_key> checked(key_handle key) {
  auto algorithm = algorithm_of(key.get());
  if (!algorithm)
    return algorithm.error();
  key_context context{EVP_PKEY_CTX_new(key.get(), nullptr)};
  if (!context || EVP_PKEY_public_check(context.get()) != 1)
    return {ec::invalid_value, "is not a sound public key."};
  verification_key result;
  result.algorithm = *algorithm;
  result.material = to_pem(key.get());
  result.parsed = std::move(key);
  return result;
}

/// Makes a key of its numbers.
key_handle made_of(const char* kind, const builder_handle& builder) {
  parameters_handle parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  key_context context{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
  EVP_PKEY* key = nullptr;
  if (parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1)
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                      parameters.get());
  return key_handle{key};
}

number_handle big_number(std::string_view bytes) {
  return number_handle{
    BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
              static_cast<int>(bytes.size()), nullptr)};
}

bio_handle reader_of(const std::string& text) {
  return bio_handle{
    BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

key_handle key_in(const std::string& pem) {
  if (pem.find("BEGIN CERTIFICATE") != std::string::npos) {
    certificate_handle certificate{
      PEM_read_bio_X509(reader_of(pem).get(), nullptr, nullptr, nullptr)};
    return key_handle{certificate ? X509_get_pubkey(certificate.get())
                                  : nullptr};
  }
  return key_handle{
    PEM_read_bio_PUBKEY(reader_of(pem).get(), nullptr, nullptr, nullptr)};
}

} // namespace

fallible<verification_key> public_key_from_pem(const std::string& pem) {
  errors_forgotten guard;
  if (pem.find("PRIVATE KEY") != std::string::npos)
    return {ec::invalid_value,
            "holds a private key; give the public one, which is all that "
            "verifying takes."};
  auto key = key_in(pem);
  if (!key)
    return {ec::invalid_value,
            "holds no public key in PEM (-----BEGIN PUBLIC KEY-----)."};
  return checked(std::move(key));
}

fallible<verification_key> rsa_public_key(std::string_view modulus,
                                          std::string_view exponent) {
  errors_forgotten guard;
  auto n = big_number(modulus);
  auto e = big_number(exponent);
  builder_handle builder{OSSL_PARAM_BLD_new()};
  auto is_built
    = n && e && builder
      && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get())
           == 1
      && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get())
           == 1;
  auto key = is_built ? made_of("RSA", builder) : key_handle{};
  if (!key)
    return {ec::invalid_value, "has numbers that are no RSA key."};
  return checked(std::move(key));
}

fallible<verification_key> ec_public_key(std::string_view x,
                                         std::string_view y) {
  errors_forgotten guard;
  if (x.size() != p256_bytes || y.size() != p256_bytes)
    return {ec::invalid_value, "needs coordinates of 32 bytes."};
  // SEC 1: 4 says that both coordinates follow.
  auto point = "\x04" + std::string{x} + std::string{y};
  builder_handle builder{OSSL_PARAM_BLD_new()};
  auto is_built
    = builder
      && OSSL_PARAM_BLD_push_utf8_string(
           builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, p256.data(), p256.size())
           == 1
      && OSSL_PARAM_BLD_push_octet_string(
           builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size())
           == 1;
  auto key = is_built ? made_of("EC", builder) : key_handle{};
  if (!key)
    return {ec::invalid_value, "has a point that is not on P-256."};
  return checked(std::move(key));
}

} // namespace registrar
