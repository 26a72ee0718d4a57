#pragma once

#include "actors/directory.hpp"
#include "actors/guest_book.hpp"
#include "actors/observed_actor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <unordered_map>
#include <vector>

namespace registrar {

/// What other nodes reach of this one. Hands each seat that another node's
/// broker asks for to the section's actor, and what the sections decide back to
/// the broker, as much at a time as there is.
///
/// Promises: a seat of a partition that this node does not own is answered with
/// `not_owner` at once; nodes with which it cannot work are told why. Decides
/// nothing, keeps nothing but what waits for a section's start.
struct cluster_gate_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<cluster_gate_actor, cluster_gate_state>;

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  node_welcome on_node_hello(const node_hello& x);
  void on_seats_asked(seats_asked& x);
  caf::result<header_reply> on_get_section_header(const get_section_header& x);
  void on_headers_changed(headers_changed& x);
  void on_partitions_moved(partitions_moved& x);
  void on_seats_decided(seats_decided& x);
  void on_flush();
  /// Of a later version: refused, so that nobody waits for an answer.
  caf::result<caf::message> on_unknown();

  // -- steps ------------------------------------------------------------------

  /// Hands it on, or has the section's actor started first.
  /// @param wanted its token has the mark of whose broker asks.
  void seat(const section_id& section, decide_seat wanted);
  void start(const section_id& section);
  void on_started(const section_id& section, const failure& error);
  /// In place of the section.
  void answer(const section_id& section, const decide_seat& wanted,
              failure why);
  /// Kept for the broker until the mailbox is read up to the flush.
  void bring(const caf::strong_actor_ptr& broker, seats_decided decided);

  // -- members ----------------------------------------------------------------

  static inline const char* name = "cluster-gate";

  pointer self = nullptr;
  node_card card;
  std::shared_ptr<directory> peers;
  std::unordered_map<section_id, std::vector<decide_seat>> starting;
  guest_book brokers;
  std::vector<std::pair<caf::strong_actor_ptr, sections_decided>> outgoing;
  std::uint64_t seats = 0;
  std::uint64_t turned_away = 0;
  std::uint64_t unknown = 0;
};

/// @param card what it says of this node.
cluster_gate_actor::behavior_type
cluster_gate(cluster_gate_state::pointer self, node_card card,
             std::shared_ptr<directory> peers);

} // namespace registrar
