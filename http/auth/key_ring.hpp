#pragma once

#include "messages/errors.hpp"

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// The signatures that are accepted. Each has its own kind of key, and a key
/// serves one of them only: who knows a public key cannot use it as a secret.
enum class token_algorithm : std::uint8_t {
  hs256,
  rs256,
  es256,
};

/// As tokens and key sets write it; nothing for any other word, `none` too.
std::optional<token_algorithm> parse_algorithm(std::string_view word);

std::string_view to_string(token_algorithm algorithm);

struct verification_key {
  token_algorithm algorithm = token_algorithm::hs256;
  /// Name within a key set; empty where it has none.
  std::string kid;
  /// The secret's bytes, or the public key as PEM.
  std::string material;
  /// The public key once more, as OpenSSL has it: to parse it costs many times
  /// what a verification does. Null for a secret.
  std::shared_ptr<EVP_PKEY> parsed;
};

/// The keys that tokens are verified with.
class key_ring {
public:
  /// Refuses a second key of the same algorithm and name, and more than
  /// `limits::verification_keys_max`.
  fallible<done> add(verification_key key);

  /// At most one, so that a forged token costs one verification: the key of
  /// that name, else the one that has none; without a name, the only one of
  /// the algorithm. Null where there is none or the choice is not clear.
  const verification_key* find(token_algorithm algorithm,
                               std::string_view kid) const;

  std::size_t size() const {
    return keys_.size();
  }

private:
  const verification_key* named(token_algorithm algorithm,
                                std::string_view kid) const;

  std::vector<verification_key> keys_;
};

} // namespace registrar
