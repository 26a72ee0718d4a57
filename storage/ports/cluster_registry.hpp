#pragma once

#include "messages/cluster.hpp"

#include <chrono>
#include <string>

namespace registrar {

/// Where the servers of one ledger find each other (DESIGN 6): the ledger's own
/// store, so that whoever cannot reach it is out, and no list of nodes is
/// needed. One object is one connection, used by one thread.
class cluster_registry {
public:
  virtual ~cluster_registry() = default;

  /// Says that the node lives, for `ttl` from now on, and looks: one round
  /// trip. `ec::store_locked` where a younger run has the node's name: the older
  /// one must end.
  virtual fallible<cluster_sight> beat(const node_card& self,
                                       std::chrono::milliseconds ttl)
    = 0;

  /// Only looks. Nodes that were not heard from for a day are left out.
  virtual fallible<cluster_sight> look() = 0;

  /// Takes the node out, if it is still this run.
  virtual fallible<done> leave(const node_card& self) = 0;

  /// A drained node owns nothing, until it is taken back. `ec::not_found` where
  /// no node of that name is known.
  virtual fallible<done> set_drained(const std::string& node, bool is_drained)
    = 0;
};

} // namespace registrar
