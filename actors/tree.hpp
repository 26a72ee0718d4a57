#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/cluster_member.hpp"
#include "actors/directory.hpp"
#include "config/settings.hpp"
#include "storage/ports/stores.hpp"

#include <caf/fwd.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace registrar {

/// What a node of a cluster needs besides.
struct cluster_parts {
  node_card card;
  gate_finder find_gate;
  /// Lets other nodes reach the gate.
  std::function<void(const cluster_gate_actor&)> publish;
};

/// What all actors of one server share.
struct tree_parts {
  settings config;
  std::shared_ptr<store_factory> factory;
  std::shared_ptr<directory> peers;
  std::shared_ptr<catalogue_view> view;
  /// None on a server that is alone.
  std::optional<cluster_parts> cluster;
};

tree_parts make_tree_parts(const settings& config,
                           std::shared_ptr<store_factory> factory);

/// Spawns the root supervisor, and under it:
///
///     root
///     |- sql        catalogue, database-sync/0.., journal-reader,
///     |             records-worker
///     |- waitlists  waitlist/0..
///     |- ledger     ledger-worker/0..
///     `- requests   section-supervisor (section/<id>..), registration-broker,
///                   event-feed, observer
///     and on a node of a cluster
///     `- cluster    cluster-gate, cluster-member
supervisor_actor spawn_tree(caf::actor_system& system, const tree_parts& parts);

} // namespace registrar
