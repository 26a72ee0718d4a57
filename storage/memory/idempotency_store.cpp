#include "storage/memory/idempotency_store.hpp"

#include "storage/memory/ledger_content.hpp"

namespace registrar {

std::vector<key_begun>
memory_idempotency_store::begin(std::span<const begin_key> keys, timestamp at) {
  std::lock_guard guard{shared_->mutex};
  std::vector<key_begun> result;
  result.reserve(keys.size());
  for (const auto& key : keys) {
    auto record = find(key.scope);
    result.push_back(rules_.begin(record, key, at));
    keep(key.scope, std::move(record));
  }
  return result;
}

std::vector<key_completed>
memory_idempotency_store::complete(std::span<const complete_key> keys,
                                   timestamp at) {
  std::lock_guard guard{shared_->mutex};
  std::vector<key_completed> result;
  result.reserve(keys.size());
  for (const auto& key : keys) {
    auto record = find(key.scope);
    result.push_back(rules_.complete(record, key, at));
    keep(key.scope, std::move(record));
  }
  return result;
}

fallible<key_begun> memory_idempotency_store::look_up(const key_scope& scope,
                                                      timestamp at) {
  std::lock_guard guard{shared_->mutex};
  return key_rules::look_up(find(scope), at);
}

std::optional<key_record>
memory_idempotency_store::find(const key_scope& scope) const {
  auto at = shared_->keys.find(scope);
  if (at == shared_->keys.end())
    return std::nullopt;
  return at->second;
}

void memory_idempotency_store::keep(const key_scope& scope,
                                    std::optional<key_record> record) {
  if (record)
    shared_->keys.insert_or_assign(scope, std::move(*record));
  else
    shared_->keys.erase(scope);
}

} // namespace registrar
