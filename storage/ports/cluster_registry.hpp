#pragma once

#include "messages/cluster.hpp"

#include <chrono>
#include <string>

namespace registrar {

/// A node that was not heard from for so long is forgotten.
inline constexpr std::chrono::milliseconds node_kept_for
  = std::chrono::hours{24};

/// Where the servers of one ledger find each other (DESIGN 6): the ledger's own
/// store, so that whoever cannot reach it is out, and no list of nodes is
/// needed. One object is one connection, used by one thread.
class cluster_registry {
public:
  virtual ~cluster_registry() = default;

  /// Says that the node lives, for `ttl` from now on, and looks: one round
  /// trip. `ec::store_locked` where a younger run has the node's name: the
  /// older one must end.
  virtual fallible<cluster_sight> beat(const node_card& self,
                                       std::chrono::milliseconds ttl)
    = 0;

  /// Only looks. Nodes that are forgotten are left out.
  virtual fallible<cluster_sight> look() = 0;

  /// Takes the node out, if it is still this run. One that is drained stays
  /// known, as not alive: it is drained when it comes back.
  virtual fallible<done> leave(const node_card& self) = 0;

  /// A drained node owns nothing, until it is taken back. `ec::not_found` where
  /// no node of that name is known.
  virtual fallible<done> set_drained(const std::string& node, bool is_drained)
    = 0;
};

/// Why a node must end: a younger run has its name.
/// @param url where that one serves; empty: unknown.
inline failure name_taken(const std::string& node, const std::string& url) {
  return {ec::store_locked,
          "Another server runs under the name " + node
            + (url.empty() ? "" : " and serves on " + url)
            + "; give each server of a cluster a name of its own with --node."};
}

/// Why nothing can be done with a node of this name.
inline failure unknown_node(const std::string& node) {
  return {ec::not_found, "The cluster knows no node " + node + "."};
}

} // namespace registrar
