#pragma once

#include "storage/memory/ledger_stores.hpp"
#include "storage/rules/key_rules.hpp"

#include <optional>

namespace registrar {

/// The key rules over a map.
class memory_idempotency_store : public idempotency_store {
public:
  memory_idempotency_store(std::shared_ptr<memory_ledger::content> shared,
                           std::uint64_t incarnation)
    : shared_(std::move(shared)), rules_(incarnation) {
  }

  std::vector<key_begun> begin(std::span<const begin_key> keys,
                               timestamp at) override;
  std::vector<key_completed> complete(std::span<const complete_key> keys,
                                      timestamp at) override;
  fallible<key_begun> look_up(const key_scope& scope, timestamp at) override;

private:
  std::optional<key_record> find(const key_scope& scope) const;
  void keep(const key_scope& scope, std::optional<key_record> record);

  std::shared_ptr<memory_ledger::content> shared_;
  key_rules rules_;
};

} // namespace registrar
