#pragma once

#include "actors/directory.hpp"
#include "actors/mailbox_probe.hpp"
#include "actors/observed_actor.hpp"
#include "actors/retry_pause.hpp"
#include "actors/sync_buffer.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <unordered_map>

namespace registrar {

/// One worker of the database-sync pool: owns one SQL connection and carries
/// the entries of its sections into SQL, its whole mailbox in one transaction.
///
/// Accepts entries in any order, more than once, with holes: from the ledger
/// worker as they happen, from the journal reader where some are lacking.
///
/// Promises: a section's entries are written in order, each once; what lacks
/// is asked of the journal reader until it is here; a failing SQL loses nothing
/// and is tried again with growing pauses; memory is bounded, the rest waits in
/// the journal. After a commit it tells the ledger worker the cursors, and
/// gives entries that concern waiting students to the waitlist pool. Who was
/// restarted meanwhile is told again. An entry that SQL refuses for good is
/// taken back by the ledger and kept as a dead letter, and its section goes on;
/// more than a few a minute stop the whole pool instead, visibly: it writes
/// nothing, says so to whoever asks, and tries once in a long while.
///
/// Runs detached: its calls block.
struct database_sync_state {
  // -- types ------------------------------------------------------------------

  using pointer
    = observed_pointer<database_sync_worker_actor, database_sync_state>;

  // -- construction -----------------------------------------------------------

  database_sync_state();
  database_sync_state(const database_sync_state&) = delete;
  ~database_sync_state();

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  void on_entries_appended(entries_appended& x);
  void on_project_section(const project_section& x);
  void on_batch_decided(const batch_decided& x);
  failed_registrations_reply
  on_get_failed_registrations(const get_failed_registrations& x);
  failure on_ping();
  void on_flush();
  void on_tick();
  void on_entries_committed(const entries_committed& x);

  // -- steps ------------------------------------------------------------------

  /// False: not now, `last_failure` says why.
  bool open();
  void fail(const failure& why);
  /// Makes SQL refuse former owners, and us where there is a later one. False:
  /// not now.
  bool write_as_owner();
  /// In a cluster: leaves to others what is theirs now.
  void forget_foreign(const partition_owners& present);
  void recover();
  void want_flush(std::chrono::milliseconds wait);
  void write_next();
  /// Writes what SQL takes of the next entries and gives up the rest.
  void isolate(const failure& why);
  /// Has the ledger take back what SQL refuses of the section.
  void take_back(const section_id& section);
  /// Writes the dead letter: the ledger has taken the entry back.
  void give_up(const section_id& section);
  /// For a refused entry that cannot be taken back.
  void ask_for_rows(const section_id& section);
  /// Writes the dead letter together with the ledger's rows of the section.
  void give_up_for(const section_rows& rows);
  void go_on_behind(const section_id& section, std::uint64_t sequence);
  void project(const section_rows& rows);
  /// For whoever looks at how far SQL is behind.
  void note_oldest() const;
  /// For what no answer came.
  void ask_again();
  void publish(const registration_store::applied& applied);
  /// The entries were written before: whoever missed that hears it now.
  void repeat(std::vector<journal_entry> known);
  void tell_committed(std::span<const section_cursor> cursors);
  /// Of the sections that come to this worker: of these it alone tells.
  std::vector<section_cursor> own_cursors() const;
  /// A SQL that broke while there was nothing to write may come back with less
  /// than it had: opening it again shows that.
  void look_at_idle_store();
  /// All cursors, to a ledger worker that has not heard them.
  void greet_ledger();
  void hand_to_waitlist(std::vector<journal_entry> entries);
  void ask_for_lacking();

  // -- members ----------------------------------------------------------------

  static inline const char* name = "database-sync";

  pointer self = nullptr;
  std::size_t index = 0;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::unique_ptr<registration_store> store;
  /// The epochs under which the store writes.
  partition_owners fenced_as;
  /// The last that were ours: entries of a partition that was lost since are
  /// facts still.
  partition_owners owners;
  /// In a cluster: of which partitions entries came. One may have come and gone
  /// between two transactions.
  partition_set brought;
  sync_buffer buffer;
  /// False before the first opening: what SQL has is not known yet.
  bool knows_cursors = false;
  std::uint64_t greeted_generation = 0;

  failure last_failure;
  bool is_stopped = false;
  /// It was this worker whose refusals used up the budget of the pool.
  bool stopped_the_pool = false;
  /// By section: what SQL refuses, until the ledger has taken it back. Later
  /// entries of these sections stay in the journal.
  std::unordered_map<section_id, refused_entry> refused;
  retry_pause pause;
  caf::actor_clock::time_point retry_at{};

  bool flush_is_due = false;
  std::chrono::milliseconds gather_time;
  std::uint64_t transactions = 0;
  std::uint64_t written = 0;
  std::uint64_t failures = 0;
  std::uint64_t given_up = 0;
  mailbox_probe probe;
};

/// @param index which worker of the pool this is.
database_sync_worker_actor::behavior_type
database_sync(database_sync_state::pointer self, std::size_t index,
              std::shared_ptr<directory> peers,
              std::shared_ptr<store_factory> factory);

} // namespace registrar
