#pragma once

#include "messages/errors.hpp"
#include "messages/ledger.hpp"
#include "messages/partition_share.hpp"
#include "messages/timestamp.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Servers that share a ledger (DESIGN 6): who they are, and who owns which
/// partition.

namespace registrar {

/// Version of what nodes say to each other. One that differs by one step is
/// understood, so that a cluster can be upgraded node by node.
inline constexpr std::uint32_t cluster_protocol = 1;

constexpr bool can_talk(std::uint32_t x, std::uint32_t y) {
  return (x > y ? x - y : y - x) <= 1;
}

/// What a node says of itself with every heartbeat.
struct node_card {
  /// The same over restarts, and another for every node.
  std::string name;
  /// One life of the process.
  std::string run;
  /// HOST:PORT where it serves HTTP, and where other nodes reach it.
  std::string http;
  std::string cluster;
  std::uint32_t protocol = cluster_protocol;
  /// It stops: it serves on, and owns nothing new.
  bool is_leaving = false;
  /// It starts: it owns nothing before it and the others reach each other.
  /// Only the registry is told.
  bool is_joining = false;

  friend bool operator==(const node_card&, const node_card&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, node_card& x) {
  return f(x.name, x.run, x.http, x.cluster, x.protocol, x.is_leaving);
}

/// A node as the registry knows it.
struct cluster_node {
  node_card card;
  /// Heard from within `limits::node_ttl`.
  bool is_alive = false;
  /// An operator took its partitions away.
  bool is_drained = false;
  std::chrono::milliseconds heartbeat_age{0};

  friend bool operator==(const cluster_node&, const cluster_node&) = default;
};

/// Who holds a partition, by the clock of the registry.
struct partition_place {
  /// Name of the node; stays when the lease has run out.
  std::string owner;
  std::string run;
  /// Not above zero: nobody holds it.
  std::chrono::milliseconds lease_left{0};
  std::uint64_t epoch = 0;

  bool is_held() const {
    return lease_left.count() > 0;
  }

  friend bool operator==(const partition_place&, const partition_place&)
    = default;
};

/// One look at the registry, all of one moment.
struct cluster_sight {
  /// By name.
  std::vector<cluster_node> nodes;
  std::array<partition_place, partition_count> partitions;
};

/// A partition that changed hands, as one node saw it.
struct partition_move {
  timestamp at{};
  std::uint32_t partition = 0;
  /// Empty: nobody.
  std::string from;
  std::string to;
  std::uint64_t epoch = 0;
};

/// How one node reaches another over the cluster's own network.
struct node_link {
  std::string node;
  bool is_up = false;
  /// Why it is not.
  std::string problem;
};

/// The cluster as the node that is asked sees it.
struct cluster_state {
  timestamp at{};
  /// Who answers.
  std::string node;
  cluster_sight sight;
  /// To the other nodes.
  std::vector<node_link> links;
  /// Newest first.
  std::vector<partition_move> moves;
};

} // namespace registrar
