#pragma once

#include "actors/cluster_member.hpp"
#include "config/settings.hpp"

#include <caf/io/middleman_actor.hpp>

#include <memory>
#include <mutex>

namespace registrar {

/// The cluster's own network: what is particular to CAF's middleman, with TLS
/// where the configuration has certificates.
///
/// Another application, or a peer without the right certificate, is refused by
/// CAF before any message of ours is read.
class cluster_network {
public:
  /// Loads what a node needs into the configuration of its actor system, which
  /// must be made next.
  ///
  /// @param incarnation tells this node's identity from those of the others.
  /// CAF makes it of the process id, the machine's network addresses and one
  /// byte that counts the actor systems of the process; in containers the first
  /// two may be those of another node, and a node that another takes for itself
  /// is never reached. Two lives that are 256 apart are not told apart.
  static void configure(caf::actor_system_config& caf, const settings& config,
                        std::uint64_t incarnation);

  cluster_network(caf::actor_system& system, const settings& config);

  /// Lets other nodes in; a gate that was published before is not any more.
  /// Fails where the address is not free.
  fallible<done> publish(const cluster_gate_actor& gate);

  /// Looks for a node's gate, and greets it, without blocking.
  gate_finder finder() const;

private:
  caf::io::middleman_actor middleman() const;

  caf::actor_system& system_;
  std::string host_;
  std::uint16_t port_ = 0;
  bool has_tls_ = false;
  std::mutex mutex_;
  cluster_gate_actor published_;
};

} // namespace registrar
