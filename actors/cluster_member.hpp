#pragma once

#include "actors/cluster_greeting.hpp"
#include "actors/directory.hpp"
#include "actors/mailbox_probe.hpp"
#include "actors/observed_actor.hpp"
#include "actors/placement.hpp"
#include "storage/ports/stores.hpp"

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace registrar {

/// Looks for the gate of another node and greets it (cluster_greeting.hpp):
/// calls `found`, from any thread, or does not call it where nobody answers.
/// Must not block.
using gate_finder = std::function<void(const node_card& peer, node_hello hello,
                                       gate_listener found)>;

/// This node's membership in its cluster (DESIGN 6). Owns the connection to the
/// registry and the links to the other nodes' gates.
///
/// Says at short intervals that the node lives, and looks who else does and who
/// holds which partition; from that follow, by `cluster_view`, which partitions
/// the ledger workers should own, and where the broker sends what others own.
/// A node that starts owns nothing before it and the others reach each other,
/// for their requests would wait for it in vain; after a while some of them are
/// enough.
/// Looks at once where somebody says that partitions moved. Tells the other
/// nodes which sections changed, for their lists and for those who watch there.
///
/// Promises: whom it cannot reach, and who cannot reach the registry, keeps
/// nobody waiting; a node that stops gives away what it owns first. Decides
/// nothing about seats: a wrong idea of who owns what costs time only, because
/// leases and epochs stand against it.
///
/// Runs detached: the registry's calls block. It says nothing to other nodes in
/// its own name: the middleman watches whoever does, and where that ends at the
/// same time as the middleman, its last word stays in a mailbox that nobody
/// reads or frees; a detached actor's thread, and with it the process, would
/// then never end.
struct cluster_member_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<cluster_member_actor, cluster_member_state>;
  using time_point = caf::actor_clock::time_point;

  /// To one other node, under one run of it.
  struct link {
    node_card card;
    cluster_gate_actor gate;
    /// Not before this.
    time_point ask_at{};
    std::string problem;
  };

  // -- construction -----------------------------------------------------------

  cluster_member_state() = default;
  cluster_member_state(const cluster_member_state&) = delete;
  /// Takes the node out of the registry.
  ~cluster_member_state();

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  cluster_reply on_get_cluster();
  cluster_reply on_change_drain(const change_drain& x);
  caf::result<done> on_leave_cluster();
  void on_partitions_moved(const partitions_moved& x);
  void on_gate_found(gate_found& x);
  void on_headers_changed(const headers_changed& x) const;
  failure on_ping() const;
  void on_tick();
  void on_down(const caf::down_msg& x);

  // -- steps ------------------------------------------------------------------

  bool open();
  void fail(const failure& why);
  void beat();
  void beat_later();
  /// Keeps what moved since the look before.
  void note_moves(const cluster_sight& before);
  void follow();
  /// Of two nodes the one with the lesser name connects, or two connections at
  /// once would each be closed as one too many; the other one only where that
  /// did not help for a while.
  void connect(link& x);
  /// Before the first attempt, and before each other.
  std::chrono::milliseconds first_pause_for(const std::string& node) const;
  std::chrono::milliseconds pause_for(const std::string& node) const;
  caf::strong_actor_ptr own_gate() const;
  /// The link, if it is to this run of the node still.
  link* find_link(const std::string& node, const std::string& run);
  void lose(link& x, std::string why);
  /// Where the broker sends what, from links and holders.
  void set_routes();
  void try_to_join();
  std::int64_t links_up() const;
  /// The names of nodes that live and cannot be reached.
  std::vector<std::string> unreached() const;
  template <class Message>
  void tell_peers(const Message& x) const {
    for (const auto& [node, there] : links)
      if (there.gate)
        caf::anon_send(there.gate, x);
  }
  void try_to_leave();
  cluster_state describe() const;

  // -- members ----------------------------------------------------------------

  static inline const char* name = "cluster-member";

  pointer self = nullptr;
  node_card card;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  gate_finder find_gate;
  std::unique_ptr<cluster_registry> registry;
  /// From then on one node that is reached is enough.
  time_point join_by{};
  std::string join_problem = "It has not joined yet.";
  /// The last look; none before the first.
  std::optional<cluster_sight> sight;
  std::optional<cluster_view> view;
  std::map<std::string, link> links;
  /// Newest first.
  std::deque<partition_move> moves;
  /// By partition; empty where nobody was seen to own it.
  std::array<std::string, partition_count> last_owners;
  failure last_failure;
  /// A younger run has our name.
  bool is_replaced = false;
  /// The next beat is on its way.
  bool is_beat_due = false;
  /// Somebody wants a look before that.
  bool is_look_due = false;
  std::vector<caf::typed_response_promise<done>> leaving;
  mailbox_probe probe;
  std::uint64_t beats = 0;
  std::uint64_t beats_failed = 0;
};

/// @param card what this node says of itself.
cluster_member_actor::behavior_type
cluster_member(cluster_member_state::pointer self, node_card card,
               std::shared_ptr<directory> peers,
               std::shared_ptr<store_factory> factory, gate_finder find_gate);

} // namespace registrar
