#pragma once

#include "http/auth/token_verifier.hpp"

#include <nlohmann/json_fwd.hpp>

namespace registrar {

/// Takes what a token says over into `into`, as far as the rules allow. Judges
/// no times. @pre the token's signature was right, `claims` is an object
token_fault read_claims(const nlohmann::json& claims, const token_rules& rules,
                        verified_token& into);

} // namespace registrar
