#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "tests/unit/actors/cluster_stores.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/actors/dsl.hpp"

namespace actor_tests {

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

  node& start(const std::string& name,
              std::uint32_t protocol = cluster_protocol);
  /// As by SIGKILL: nothing is let go of.
  void crash(node& x);
  /// As by SIGTERM: gives away, then ends.
  void stop(node& x);

  void settle();
  void pass(std::chrono::milliseconds time);

  /// What its member says of the cluster.
  cluster_state state_at(node& x);

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
  /// A node that is searched for in vain, and searches so; empty: none.
  std::string unreachable;
  std::map<request_id, registration_reply> replies;

private:
  std::uint64_t runs_ = 0;
  bool has_left_ = false;
};

} // namespace actor_tests
