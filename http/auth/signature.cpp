#include "http/auth/signature.hpp"

#include <openssl/err.h>

#include <cstdlib>
#include <memory>

#include <jwt.h>

namespace registrar {

namespace {

struct token_freed {
  void operator()(jwt_t* x) const {
    jwt_free(x);
  }
};

struct text_freed {
  void operator()(char* x) const {
    std::free(x);
  }
};

using token_handle = std::unique_ptr<jwt_t, token_freed>;
using text_handle = std::unique_ptr<char, text_freed>;

jwt_alg_t to_libjwt(token_algorithm algorithm) {
  switch (algorithm) {
    case token_algorithm::hs256: return JWT_ALG_HS256;
    case token_algorithm::rs256: return JWT_ALG_RS256;
    case token_algorithm::es256: return JWT_ALG_ES256;
  }
  return JWT_ALG_INVAL;
}

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

bool is_signed_by(const std::string& token, const verification_key& key) {
  jwt_t* decoded = nullptr;
  auto failed = jwt_decode(&decoded, token.c_str(), bytes_of(key.material),
                           static_cast<int>(key.material.size()));
  token_handle handle{failed == 0 ? decoded : nullptr};
  ERR_clear_error();
  // libjwt chooses by the token's own word: it must be the key's.
  return handle && jwt_get_alg(handle.get()) == to_libjwt(key.algorithm);
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
