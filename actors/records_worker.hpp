#pragma once

#include "actors/directory.hpp"
#include "actors/observed_actor.hpp"
#include "actors/retry_pause.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <unordered_set>

namespace registrar {

/// Owns one SQL connection for what operators ask and do there: dead letters,
/// `audit_log`. Opened at the first question, closed when nobody asks any more.
///
/// Writes the acts that wait in the directory's queue, in order, before it says
/// so. Promises: an act that SQL does not take is tried again with growing
/// pauses until it does, also by the actor that follows this one; one that SQL
/// refuses for good is left to the log, whole, and the others go on. A question
/// is carried out once and never repeated; while SQL is known to be down it is
/// answered `dependency_unavailable` at once.
///
/// Runs detached: its calls block.
struct records_worker_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<records_worker_actor, records_worker_state>;

  // -- construction -----------------------------------------------------------

  records_worker_state();

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  records_reply on_records_request(const records_request& x);
  act_noted on_note_act(const note_act& x);
  void on_tick();

  // -- steps ------------------------------------------------------------------

  /// False: not now, `last_failure` says why.
  bool open();
  void fail(const failure& why);
  /// Writes what waits until there is none or SQL takes no more.
  void write_acts();
  void tick_after(std::chrono::milliseconds wait);

  // -- members ----------------------------------------------------------------

  static inline const char* name = "records-worker";

  pointer self = nullptr;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::unique_ptr<registration_store> store;
  failure last_failure;
  retry_pause pause;
  caf::actor_clock::time_point retry_at{};
  caf::actor_clock::time_point used_at{};
  /// When the next tick is due, where one is; earlier ones are of no account.
  std::optional<caf::actor_clock::time_point> tick_at;
  std::uint64_t questions = 0;
  std::uint64_t written = 0;
  std::uint64_t failures = 0;
  std::uint64_t refused = 0;
  /// Of the refused, those whose `note_act` is still to come.
  std::unordered_set<std::uint64_t> refused_tickets;
};

records_worker_actor::behavior_type
records_worker(records_worker_state::pointer self,
               std::shared_ptr<directory> peers,
               std::shared_ptr<store_factory> factory);

} // namespace registrar
