#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/decision_memory.hpp"
#include "actors/directory.hpp"
#include "actors/section_mirror.hpp"

#include "actors/observed_actor.hpp"
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace registrar {

/// A command that waits in a section, and whom to tell.
struct waiting_command {
  caf::strong_actor_ptr asker;
  decide_seat seat;
  caf::actor_clock::time_point arrived{};
};

/// What a section keeps while it has something to do; an idle section has none.
struct section_work {
  /// Commands that wait for the batch in flight to come back.
  std::vector<waiting_command> queue;
  /// Commands of the batch in flight, in the order of its answer.
  std::vector<waiting_command> in_flight;
  /// Who waits for the first header.
  std::vector<caf::typed_response_promise<header_reply>> readers;
  caf::actor_clock::time_point asked_at{};
  std::uint64_t asked_generation = 0;
  /// Number under which the batch in flight was sent first.
  std::uint64_t first_number = 0;
  /// How often it was sent without an answer.
  std::uint32_t unanswered = 0;
};

/// Owns the order of one section's commands and a mirror of its header.
///
/// Accepts `decide_seat` and collects the commands that come while a ledger
/// call is in flight into the next batch. Promises: every command is answered
/// with what the ledger decided, or with an error after which asking again
/// under the same request id is safe; commands of one section reach the ledger
/// in the order of their arrival. Remembers the last decisions for operators.
/// Never decides a seat, never blocks, keeps no
/// timer: a batch whose answer is overdue, or whose worker was restarted, is
/// asked again when the next message comes (the broker's sweep sees to that).
struct section_actor_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<section_actor, section_actor_state>;
  using time_point = caf::actor_clock::time_point;

  // -- construction -----------------------------------------------------------

  section_actor_state() = default;
  section_actor_state(const section_actor_state&) = delete;

  // -- messages, in the order of the behavior ---------------------------------

  void on_decide_seat(decide_seat& x);
  void on_batch_decided(batch_decided& x);
  caf::result<header_reply> on_get_header();
  past_decisions on_get_decisions() const;
  actor_status on_get_status() const;

  // -- steps ------------------------------------------------------------------

  /// Of one command in some, in the mailbox.
  void note_wait(const decide_seat& x) const;
  /// Sends the next batch, if there is one and none is in flight.
  void ask_ledger();
  void send_in_flight();
  bool is_overdue() const;
  /// Whether the mirror is of the present epoch.
  bool has_mirror() const;
  /// Whether nobody else can have changed what it shows.
  bool owns_mirror() const;
  bool is_waiting(const caf::strong_actor_ptr& asker,
                  const decide_seat& x) const;
  failure is_overloaded(const decide_seat& x) const;
  void refresh(const section_header& header);
  void answer(const std::vector<waiting_command>& asked, batch_decided& x);
  void answer_one(const waiting_command& asked, seat_decided decision);
  void fail_all(const failure& why);
  void remember(const waiting_command& asked, const seat_outcome& outcome,
                time_point now, timestamp at, bool is_by_mirror);
  section_work& work();

  // -- members ----------------------------------------------------------------

  static inline const char* name = "section";

  pointer self = nullptr;
  section_id id;
  std::uint32_t partition = 0;
  section_mirror mirror;
  /// Under which epoch it was loaded.
  epoch mirror_owner;
  /// Number of the batch in flight, or of the last one.
  std::uint64_t number = 0;
  std::uint64_t batches = 0;
  std::uint64_t commands = 0;
  std::unique_ptr<section_work> work_;
  /// Null where it decided nothing yet.
  std::unique_ptr<decision_memory> memory;
  std::shared_ptr<directory> peers;
  std::shared_ptr<const catalogue_view> catalogue;
};

/// @param id the section; known to the catalogue.
/// @param peers where the ledger worker is.
section_actor::behavior_type
section_behavior(section_actor_state::pointer self, section_id id,
                 std::shared_ptr<directory> peers,
                 std::shared_ptr<const catalogue_view> catalogue);

} // namespace registrar
