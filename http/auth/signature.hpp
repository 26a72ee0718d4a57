#pragma once

#include "http/auth/key_ring.hpp"

#include <string>

/// Signatures by libjwt, which stays behind this header.

namespace registrar {

/// Whether the whole token is signed by this key with the key's algorithm.
/// @pre header and claims are known to be sound JSON
bool is_signed_by(const std::string& token, const verification_key& key);

/// A token with these claims, signed with HS256. @param claims a JSON object
fallible<std::string> sign_token(const std::string& claims,
                                 const std::string& secret);

} // namespace registrar
