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
  /// Loads what a node needs into the configuration of its actor system.
  static void configure(caf::actor_system_config& caf, const settings& config);

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
