#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "actors/placement.hpp"
#include "storage/memory/cluster_registry.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/actors/dsl.hpp"

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

/// One node: all its actors, in the scheduler that all nodes share.
struct cluster_node_under_test {
  std::string name;
  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<node_factory> factory;
  supervisor_actor root;
};

/// Several nodes over memory stores in the deterministic scheduler; time passes
/// only in `pass`.
class cluster_fixture : public test_coordinator_fixture<> {
public:
  using node = cluster_node_under_test;

  ~cluster_fixture() override;

  node& start(const std::string& name);
  /// As by SIGKILL: nothing is let go of.
  void crash(node& x);
  /// As by SIGTERM: gives away, then ends.
  void stop(node& x);

  void settle();
  void pass(std::chrono::milliseconds time);

  void post(node& at, int number, int student, std::vector<int> sections);
  bool is_answered(int number) const;
  const registration_reply& reply(int number) const;

  static std::uint32_t partition_at(int section) {
    return partition_of(section_of(section));
  }

  /// By name; empty where no node says it does.
  std::string owner_of(std::uint32_t partition) const;
  std::size_t owned_by(const node& x) const;
  /// The first of the sections 1 to 6 that the node owns; 0 where none is.
  int section_owned_by(const node& x) const;

  section_rows in_ledger(int section);
  section_rows in_sql(int section) const;

  std::shared_ptr<shared_stores> shared = std::make_shared<shared_stores>();
  std::map<std::string, node> nodes;
  std::map<request_id, registration_reply> replies;

private:
  std::uint64_t runs_ = 0;
  bool has_left_ = false;
};

} // namespace actor_tests
