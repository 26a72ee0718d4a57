#pragma once

#include "messages/actor_messages.hpp"
#include "messages/cluster.hpp"

#include <caf/actor_control_block.hpp>

#include <string>
#include <vector>

/// What nodes of a cluster say to each other, and the actors of one node about
/// the others.

namespace registrar {

/// Node to node, first of all: who asks. Answer: `node_welcome`.
struct node_hello {
  node_card card;
  /// Where whoever asks can be asked in turn, over the same connection.
  caf::strong_actor_ptr gate;
};

template <class Inspector>
auto inspect(Inspector& f, node_hello& x) {
  return f(x.card, x.gate);
}

struct node_welcome {
  /// Why the two cannot work together.
  failure error;
  node_card card;
};

template <class Inspector>
auto inspect(Inspector& f, node_welcome& x) {
  return f(x.error, x.card);
}

struct asked_seat {
  section_id section;
  decide_seat seat;
};

template <class Inspector>
auto inspect(Inspector& f, asked_seat& x) {
  return f(x.section, x.seat);
}

/// Registration broker to the gate of the node that owns the sections. Answer:
/// `sections_decided`, as the sections decide; with `not_owner` for a section
/// that the node does not own.
struct seats_asked {
  std::vector<asked_seat> seats;
};

template <class Inspector>
auto inspect(Inspector& f, seats_asked& x) {
  return f(x.seats);
}

/// Gate to the broker of another node: what several sections brought it. Each
/// as a near section says it.
struct sections_decided {
  std::vector<seats_decided> sections;
};

template <class Inspector>
auto inspect(Inspector& f, sections_decided& x) {
  return f(x.sections);
}

/// To the gate of the node that owns the section. Answer: `header_reply`.
struct get_section_header {
  section_id section;
};

template <class Inspector>
auto inspect(Inspector& f, get_section_header& x) {
  return f(x.section);
}

/// These partitions have another owner, or none, or soon will. To a cluster
/// member: look at the registry now. To the journal reader: they are this
/// node's now, and their former owner may not have brought all of them into
/// SQL.
struct partitions_moved {
  std::vector<std::uint32_t> partitions;
};

template <class Inspector>
auto inspect(Inspector& f, partitions_moved& x) {
  return f(x.partitions);
}

/// Cluster member to the ledger workers: which partitions this node should own
/// has changed in the directory.
struct own_partitions {};

template <class Inspector>
auto inspect(Inspector& f, own_partitions&) {
  return f();
}

/// To the cluster member: the cluster as it is. Answer: `cluster_reply`.
struct get_cluster {};

template <class Inspector>
auto inspect(Inspector& f, get_cluster&) {
  return f();
}

struct cluster_reply {
  failure error;
  cluster_state state;
};

/// To the cluster member: take the node's partitions away, or let it have some
/// again; with an empty name, let all have some. Answer: `cluster_reply`.
struct change_drain {
  std::string node;
  bool is_drained = false;
};

template <class Inspector>
auto inspect(Inspector& f, change_drain& x) {
  return f(x.node, x.is_drained);
}

/// INTERNAL, cluster member: what came of looking for a node's gate, or that
/// the node found us.
struct gate_found {
  std::string node;
  std::string run;
  /// Null where `error` says why.
  caf::strong_actor_ptr gate;
  failure error;
};

template <class Inspector>
auto inspect(Inspector& f, gate_found& x) {
  return f(x.node, x.run, x.gate, x.error);
}

/// To the cluster member: this node stops; give away what it owns. Answer:
/// `done` as soon as it owns nothing, or nobody is there to take it.
struct leave_cluster {};

template <class Inspector>
auto inspect(Inspector& f, leave_cluster&) {
  return f();
}

} // namespace registrar
