#pragma once

#include "http/auth/token_verifier.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <unordered_map>

namespace registrar {

/// SHA-256 of a token: what is kept of it.
using token_digest = std::array<std::uint8_t, 32>;

token_digest digest_of(std::string_view token);

/// Tokens that were verified, so that the next request with one costs no
/// signature. Keeps at most `max`: two halves, of which the older one is thrown
/// away whole where the younger one is full; what is asked for moves to the
/// younger one. Judges nothing and is not thread-safe. @pre `max` is 2 or more
class token_cache {
public:
  explicit token_cache(std::size_t max) : half_(max / 2) {
  }

  /// Null where it is not known (any more). Valid until the next call.
  const verified_token* find(const token_digest& digest);

  void put(const token_digest& digest, verified_token token);
  void erase(const token_digest& digest);
  void clear();

  std::size_t size() const {
    return young_.size() + old_.size();
  }

private:
  struct leading_bytes {
    std::size_t operator()(const token_digest& digest) const {
      std::size_t result;
      std::memcpy(&result, digest.data(), sizeof result);
      return result;
    }
  };

  using table = std::unordered_map<token_digest, verified_token, leading_bytes>;

  std::size_t half_;
  table young_;
  table old_;
};

} // namespace registrar
