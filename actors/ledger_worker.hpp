#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "actors/mailbox_probe.hpp"
#include "actors/observed_actor.hpp"
#include "actors/uncommitted_entries.hpp"
#include "config/settings.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace registrar {

/// A batch whose answer waits until SQL has its sequence (`acknowledge =
/// committed`).
struct parked_answer {
  caf::strong_actor_ptr asker;
  batch_decided answer;
};

template <class Command, class Reply>
struct gathered {
  std::vector<Command> commands;
  std::vector<caf::typed_response_promise<Reply>> promises;

  bool empty() const {
    return commands.empty();
  }
};

/// Owns one connection to the ledger, its keys and its journal, and the share
/// of the partitions that is its own; makes one group commit of its whole
/// mailbox.
///
/// Promises: no answer and no entry leaves before the commit that holds it; a
/// failed commit makes every answer of it `in_doubt`; entries go to the
/// database-sync workers in order, each section always to the same one;
/// the directory's flags say when registrations (beyond the bound of
/// uncommitted entries) and drops (beyond the head room) must be refused; a
/// shared ledger is held by leases, and no section decides whose ledger is
/// behind SQL or behind what this worker has seen: nobody else decides in its
/// partitions, and after each opening it looks at them anew. In a cluster it
/// owns those that the directory wants of it and nobody else holds: what it
/// should not own any more it lets go of between two commits, and from then on
/// answers `not_owner` for it. A store that fails is opened again with growing
/// pauses, meanwhile everything is answered `dependency_unavailable`. Never
/// decides anything itself.
///
/// Runs detached: its calls block.
struct ledger_worker_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<ledger_worker_actor, ledger_worker_state>;

  // -- construction -----------------------------------------------------------

  ledger_worker_state() = default;
  ledger_worker_state(const ledger_worker_state&) = delete;
  /// Lets go of the leases, so that another server need not wait for its end.
  ~ledger_worker_state();

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  void on_decide_batch(decide_batch& x);
  caf::result<key_begun> on_begin_key(begin_key& x);
  caf::result<key_completed> on_complete_key(complete_key& x);
  caf::result<rows_reply> on_get_rows(get_rows& x);
  caf::result<live_registrations>
  on_get_live_registrations(get_live_registrations& x);
  void on_standing_changed(standing_changed& x);
  void on_entries_committed(entries_committed& x);
  ledger_lag on_get_lag() const;
  cursor_reply on_get_cursor(const get_cursor& x) const;
  failure on_ping();
  void on_flush();
  void on_tick();
  void on_own_partitions();

  // -- steps ------------------------------------------------------------------

  /// Opens the store and takes the ledger over; false: try again later.
  bool open();
  void fail(const failure& why);
  void want_flush();
  /// Owns what it can of these: lease, what SQL has, fence, what the ledger
  /// has.
  fallible<done> take_over(partition_set which);
  /// Lets go of what should be another's, takes what should be its own.
  void settle_ownership();
  /// Somebody else owns these, or may from now on.
  void give_up(partition_set which);
  partition_set wanted() const;
  /// In a cluster: this worker owns no such partition.
  bool is_foreign(const section_id& section) const;
  void turn_away(const caf::strong_actor_ptr& asker, const decide_batch& batch);
  /// Of the gathered batches, answers those of partitions that it does not own.
  void turn_foreign_away();
  /// Of one step of the ledger, for who sheds load and for the metrics.
  void note_step(std::chrono::nanoseconds taken);
  void publish(std::vector<seat_ledger::decision>& decisions);
  void send_entries(std::vector<seat_ledger::decision>& decisions);
  void answer(const caf::strong_actor_ptr& asker, batch_decided x);
  void deliver(const caf::strong_actor_ptr& asker, batch_decided x);
  void answer_reads();
  /// Tells the others how much is uncommitted.
  void watch_bound();
  void count_uncommitted(std::uint64_t now);
  void release_parked();
  void fail_gathered(const failure& why);
  /// What nothing was done because of.
  failure unavailable() const;
  void trim();
  /// Takes or renews the leases of a ledger that is shared. @returns what is
  /// held: all of it, where no cluster shares it.
  fallible<partition_set> hold(const partition_set& which);
  /// Renews what it owns, and gives up what that did not keep.
  fallible<done> renew();
  /// What SQL holds of a shared ledger, before anything is decided on it.
  fallible<done> learn_cursors(const partition_set& which);
  /// What SQL lacks of these was another's to bring.
  void ask_for_lacking(const partition_set& which);
  void tell_sync_workers(std::span<const section_cursor> cursors);
  /// So that all nodes look at once.
  void tell_moved(const partition_set& which);
  void say_behind() const;
  /// After a failover: loads sections that are behind from SQL, once it has all
  /// that was seen of them; the database-sync workers see to that.
  void restore_behind();
  fallible<done> restore(registration_store& sql, const section_rows& whole);

  // -- members ----------------------------------------------------------------

  static inline const char* name = "ledger-worker";

  pointer self = nullptr;
  std::size_t index = 0;
  partition_share share;
  settings config;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::shared_ptr<const catalogue_view> catalogue;
  std::unique_ptr<ledger_stores> stores;
  failure last_failure;
  caf::actor_clock::time_point retry_at{};
  std::chrono::milliseconds backoff{0};
  bool flush_is_due = false;
  caf::actor_clock::time_point trim_at{};
  caf::actor_clock::time_point renew_at{};
  /// In a cluster, after taking failed for want of SQL.
  caf::actor_clock::time_point take_at{};
  partition_set owned;
  /// In these the ledger refused a batch that was sent under our own epoch.
  partition_set fenced;
  /// Of these, SQL was read since they became its own.
  partition_set known;
  bool has_behind = false;
  /// The highest that was seen, in the ledger or in SQL.
  std::uint64_t highest_epoch = 0;

  std::vector<decide_batch> batches;
  std::vector<caf::strong_actor_ptr> askers;
  gathered<begin_key, key_begun> begins;
  gathered<complete_key, key_completed> completes;
  gathered<get_rows, rows_reply> rows;
  gathered<get_live_registrations, live_registrations> lives;
  /// By section, whose actor has one batch under way: asked again, it hears the
  /// newest answer alone.
  std::unordered_map<section_id, parked_answer> parked;
  std::unordered_map<section_id, section_header> changed;
  uncommitted_entries uncommitted;
  /// What of them the directory's count has.
  std::uint64_t counted = 0;
  std::uint64_t commits = 0;
  std::uint64_t commits_at_tick = 0;
  mailbox_probe probe;
  std::uint64_t decided = 0;
};

/// @param index which of the directory's ledger workers this is.
/// @param factory opens the store; shared with the other workers.
ledger_worker_actor::behavior_type
ledger_worker(ledger_worker_state::pointer self, std::size_t index,
              settings config, std::shared_ptr<directory> peers,
              std::shared_ptr<store_factory> factory,
              std::shared_ptr<const catalogue_view> catalogue);

} // namespace registrar
