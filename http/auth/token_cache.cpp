#include "http/auth/token_cache.hpp"

#include <openssl/sha.h>

namespace registrar {

token_digest digest_of(std::string_view token) {
  token_digest result;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         result.data());
  return result;
}

const verified_token* token_cache::find(const token_digest& digest) {
  if (auto found = young_.find(digest); found != young_.end())
    return &found->second;
  auto found = old_.find(digest);
  if (found == old_.end())
    return nullptr;
  auto token = std::move(found->second);
  old_.erase(found);
  put(digest, std::move(token));
  return &young_.find(digest)->second;
}

void token_cache::put(const token_digest& digest, verified_token token) {
  if (young_.size() >= half_) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert_or_assign(digest, std::move(token));
}

void token_cache::erase(const token_digest& digest) {
  young_.erase(digest);
  old_.erase(digest);
}

void token_cache::clear() {
  young_.clear();
  old_.clear();
}

} // namespace registrar
