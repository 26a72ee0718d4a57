#pragma once

#include "actors/directory.hpp"
#include "actors/sync_queue.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <random>

namespace registrar {

/// One worker of the database-sync pool: owns one SQL connection and carries
/// the entries of its sections into SQL, its whole mailbox in one transaction.
///
/// Promises: a section's entries are written in order, each exactly once; what
/// is missing is read again from the journal; a failing SQL loses nothing and
/// is tried again with growing pauses, and where too much piles up here it is
/// forgotten and read again from the journal. After a commit it tells the
/// ledger worker the cursors and hands entries that concern waiting students to
/// the waitlist pool. Never refuses a student anything.
///
/// Runs detached: its calls block.
struct database_sync_state {
  // -- types ------------------------------------------------------------------

  using pointer
    = database_sync_worker_actor::stateful_pointer<database_sync_state>;

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  void on_entries_appended(entries_appended& x);
  void on_project_section(const project_section& x);
  failed_registrations_reply
  on_get_failed_registrations(const get_failed_registrations& x);
  failure on_ping();
  void on_flush();

  // -- steps ------------------------------------------------------------------

  bool open();
  void want_flush(std::chrono::milliseconds wait);
  void write_next();
  void fail(const failure& why);
  void tell_committed(const std::vector<section_cursor>& cursors);
  void hand_to_waitlist(std::span<const journal_entry> written);
  void ask_for_gaps();

  // -- members ----------------------------------------------------------------

  static inline const char* name = "database-sync";

  pointer self = nullptr;
  std::size_t index = 0;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::unique_ptr<registration_store> store;
  sync_queue buffer;
  failure last_failure;
  std::chrono::milliseconds backoff{0};
  caf::actor_clock::time_point retry_at{};
  bool flush_is_due = false;
  bool forgot_entries = false;
  std::uint64_t transactions = 0;
  std::uint64_t written = 0;
  std::minstd_rand chance;
};

/// @param index which worker of the pool this is.
database_sync_worker_actor::behavior_type
database_sync(database_sync_state::pointer self, std::size_t index,
              std::shared_ptr<directory> peers,
              std::shared_ptr<store_factory> factory);

} // namespace registrar
