#include "http/auth/key_ring.hpp"

#include "config/limits.hpp"

#include <algorithm>
#include <array>

namespace registrar {

namespace {

struct algorithm_name {
  token_algorithm algorithm;
  std::string_view word;
};

constexpr std::array<algorithm_name, 3> algorithm_names{{
  {token_algorithm::hs256, "HS256"},
  {token_algorithm::rs256, "RS256"},
  {token_algorithm::es256, "ES256"},
}};

} // namespace

std::optional<token_algorithm> parse_algorithm(std::string_view word) {
  for (const auto& x : algorithm_names)
    if (x.word == word)
      return x.algorithm;
  return std::nullopt;
}

std::string_view to_string(token_algorithm algorithm) {
  return algorithm_names[static_cast<std::size_t>(algorithm)].word;
}

fallible<done> key_ring::add(verification_key key) {
  std::string kind{to_string(key.algorithm)};
  if (named(key.algorithm, key.kid) != nullptr)
    return {ec::conflict,
            key.kid.empty()
              ? "There are two " + kind
                  + " keys without a kid; name them in a JWKS file."
              : "There are two " + kind + " keys with the kid " + key.kid
                  + "; leave one out."};
  if (keys_.size() >= limits::verification_keys_max)
    return {ec::invalid_value, "There are more than "
                                 + std::to_string(limits::verification_keys_max)
                                 + " keys; leave out those that sign no more."};
  keys_.push_back(std::move(key));
  return done{};
}

const verification_key* key_ring::named(token_algorithm algorithm,
                                        std::string_view kid) const {
  auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& key) {
    return key.algorithm == algorithm && key.kid == kid;
  });
  return found == keys_.end() ? nullptr : &*found;
}

const verification_key* key_ring::find(token_algorithm algorithm,
                                       std::string_view kid) const {
  if (!kid.empty()) {
    auto* key = named(algorithm, kid);
    return key != nullptr ? key : named(algorithm, "");
  }
  const verification_key* only = nullptr;
  for (const auto& key : keys_) {
    if (key.algorithm != algorithm)
      continue;
    if (only != nullptr)
      return nullptr;
    only = &key;
  }
  return only;
}

} // namespace registrar
