#pragma once

#include "messages/cluster.hpp"

#include <array>
#include <span>
#include <string>

namespace registrar {

/// Which node should own each partition; empty where there is no node.
using placement = std::array<std::string, partition_count>;

/// Rendezvous hashing: each node draws a lot for each partition, and the
/// highest owns it. Every node that knows the same names comes to the same,
/// without asking anybody; who joins takes only what it owns afterwards, who
/// leaves leaves everything else where it is. Pure.
/// @param nodes names, each once, in any order
placement place(std::span<const std::string> nodes);

/// What one node makes of a look at the registry (DESIGN 6). Pure.
class cluster_view {
public:
  cluster_view(const node_card& self, const cluster_sight& sight);

  /// Who should own each partition: nodes that are alive and neither join nor
  /// leave nor are drained; where there is none, those that join too; where
  /// there is none either, those that are drained.
  const placement& should_own() const {
    return should_own_;
  }

  /// What this node should own now: what is its own to have, as far as nobody
  /// else holds it yet. What it holds and should not is not among it.
  const partition_set& wanted() const {
    return wanted_;
  }

  /// What this run holds.
  const partition_set& held() const {
    return held_;
  }

  /// The live node, other than this one, that holds the partition; empty where
  /// none does.
  const std::string& holder(std::uint32_t partition) const {
    return holders_[partition];
  }

  /// Whether another node is there to take what this one gives away.
  bool has_heir() const {
    return has_heir_;
  }

private:
  placement should_own_;
  partition_set wanted_;
  partition_set held_;
  std::array<std::string, partition_count> holders_;
  bool has_heir_ = false;
};

} // namespace registrar
