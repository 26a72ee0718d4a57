#pragma once

#include "actors/placement.hpp"
#include "storage/memory/cluster_registry.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <array>
#include <memory>
#include <string>

namespace actor_tests {

/// What all nodes share: one ledger whose partitions are owned by lease and
/// epoch, one SQL, one registry. Its clock is the test's.
struct shared_stores {
  struct lease {
    std::string owner;
    std::string run;
    std::chrono::milliseconds until{0};
  };

  shared_stores();

  memory_ledger ledger;
  std::shared_ptr<memory_projection> sql
    = std::make_shared<memory_projection>();
  memory_cluster registry;
  std::array<lease, partition_count> leases;
  std::array<epoch, partition_count> epochs;
  std::chrono::milliseconds now{0};
};

/// The stores as one node reaches them, or does not.
class node_factory : public store_factory {
public:
  node_factory(std::shared_ptr<shared_stores> shared, std::string node,
               std::string run);

  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share&) override;
  fallible<std::unique_ptr<sync_journal>> open_journal() override;
  fallible<std::unique_ptr<registration_store>> open_registrations() override;
  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override;
  fallible<std::unique_ptr<cluster_registry>> open_cluster_registry() override;

  std::size_t sync_workers() const override {
    return 1;
  }

  const std::shared_ptr<shared_stores> shared;
  const std::string node;
  const std::string run;
  /// Nothing of Redis answers this node: ledger, leases, registry.
  bool is_cut_off = false;
  /// Which this run takes from nobody any more, not even from its own name.
  partition_set was_held;
  /// Commands that the ledger took from this node.
  std::uint64_t commands = 0;

private:
  std::uint64_t incarnation_;
};

} // namespace actor_tests
