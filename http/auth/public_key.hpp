#pragma once

#include "http/auth/key_ring.hpp"

#include <string>
#include <string_view>

/// Public keys by OpenSSL: which algorithm each is for, as PEM. Accepted are
/// RSA of `limits::rsa_bits_min` to `rsa_bits_max` bits (RS256) and curve P-256
/// (ES256). Failures say what the key is, as the end of a sentence.

namespace registrar {

/// A key in PEM: `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`. A private key
/// is refused: it does not belong on this machine.
fallible<verification_key> public_key_from_pem(const std::string& pem);

/// @param modulus @param exponent big-endian, as a JWK has them
fallible<verification_key> rsa_public_key(std::string_view modulus,
                                          std::string_view exponent);

/// @param x @param y coordinates of 32 bytes on P-256
fallible<verification_key> ec_public_key(std::string_view x,
                                         std::string_view y);

} // namespace registrar
