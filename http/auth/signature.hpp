#pragma once

#include "http/auth/key_ring.hpp"

#include <string>
#include <string_view>

/// Signatures: verified by OpenSSL, because libjwt parses a public key again
/// for each token; made by libjwt.

namespace registrar {

/// Whether the first two parts of the token are signed by this key, with the
/// key's algorithm whatever the token says.
/// @pre the token has three parts; a key that is no secret is parsed
bool is_signed_by(std::string_view token, const verification_key& key);

/// A token with these claims, signed with HS256. @param claims a JSON object
fallible<std::string> sign_token(const std::string& claims,
                                 const std::string& secret);

} // namespace registrar
