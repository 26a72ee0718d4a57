#pragma once

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>

/// Tokens as an issuer makes them, good ones and wicked ones: by OpenSSL and by
/// hand, so that nothing of the product judges its own work.

namespace registrar::test {

/// Base64url without padding.
std::string to_base64url(std::string_view bytes);

/// HMAC with SHA-256.
std::string hs256(std::string_view text, std::string_view secret);

/// A private key.
class signing_key {
public:
  static signing_key rsa(unsigned bits = 2'048);
  static signing_key ec(const char* curve = "P-256");

  /// A signature as tokens have it: of ECDSA both numbers, 32 bytes each.
  std::string sign(std::string_view text) const;

  std::string public_pem() const;
  std::string private_pem() const;

  /// The public key as an entry of a JWKS.
  nlohmann::json jwk(const std::string& kid) const;

private:
  explicit signing_key(void* key);

  std::shared_ptr<void> key_;
};

/// Header and claims as the text that is signed.
std::string signing_input(const nlohmann::json& header,
                          const nlohmann::json& claims);

/// The text, a dot and the signature.
std::string signed_text(const std::string& text, std::string_view signature);

/// A whole token, HS256 with this secret.
std::string hs256_token(const nlohmann::json& claims, std::string_view secret);

/// A whole token, RS256 or ES256; no kid where it is empty.
std::string rs256_token(const nlohmann::json& claims, const signing_key& key,
                        const std::string& kid = "");
std::string es256_token(const nlohmann::json& claims, const signing_key& key,
                        const std::string& kid = "");

} // namespace registrar::test
