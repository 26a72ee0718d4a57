#pragma once

#include "http/auth/key_ring.hpp"

#include <string>
#include <vector>

namespace registrar {

/// What a JWKS (RFC 7517) holds.
struct key_set {
  std::vector<verification_key> keys;
  /// Keys that cannot verify tokens here, each with why; sets of identity
  /// providers hold keys for other purposes too.
  std::vector<std::string> skipped;
};

/// Reads `{"keys":[...]}`: keys of kty RSA and EC that sign. Refused as a
/// whole: what is no JWKS, private or symmetric keys (the set is no secret),
/// and a set in which no key is left. Failures say why, as the end of a
/// sentence.
fallible<key_set> read_key_set(const std::string& text);

} // namespace registrar
