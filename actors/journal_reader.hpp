#pragma once

#include "actors/directory.hpp"
#include "actors/mailbox_probe.hpp"
#include "actors/observed_actor.hpp"
#include "actors/retry_pause.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <memory>

namespace registrar {

/// Owns a reading connection to the journal, and reads it where the entries of
/// the ledger's own replies do not suffice: all of it at start, after a
/// takeover and for a worker that was restarted (in a cluster, of the
/// partitions that this node owns); one section's where a database-sync worker
/// lacks something. What the journal cannot fill is replaced by the ledger's
/// rows.
///
/// Promises: hands out only what is durable, in order, in portions: the next
/// goes out once every worker has taken the one before, and none of the whole
/// journal while SQL takes nothing. Reading the same twice does no harm. Who
/// lacks something asks again, so that nothing hangs on one answer. Writes
/// nothing.
///
/// Runs detached: its calls block.
struct journal_reader_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<journal_reader_actor, journal_reader_state>;

  // -- construction -----------------------------------------------------------

  journal_reader_state();

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  void on_fill_gap(const fill_gap& x);
  failure on_ping();
  void on_tick();
  void on_partitions_moved(const partitions_moved& x);

  // -- steps ------------------------------------------------------------------

  bool open();
  void fail(const failure& why);
  void want_tick(std::chrono::milliseconds wait);
  /// One portion: lacking sections first, because their newer entries wait.
  fallible<done> read_portion();
  fallible<done> read_page();
  /// @return how many entries went out.
  fallible<std::size_t> read_section(const section_id& section,
                                     std::uint64_t after);
  void send_entries(std::vector<journal_entry> entries);
  void project(const section_id& section);
  /// Asks every worker for a sign that it took what it got.
  void wait_for_workers();
  void on_worker(bool is_well);

  /// Begins to read the kept journal of these partitions.
  void begin(const partition_set& partitions);

  bool has_work() const {
    return is_reading || to_read.any() || !gaps.empty();
  }

  // -- members ----------------------------------------------------------------

  static inline const char* name = "journal-reader";

  pointer self = nullptr;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::unique_ptr<sync_journal> journal;

  /// Whose journals are read whole after the ones that are read now.
  partition_set to_read;
  partition_set reading;
  bool is_reading = false;
  std::uint64_t position = 0;
  /// Sections that lack something, and the last sequence that they have.
  std::map<section_id, std::uint64_t> gaps;

  std::size_t awaited_workers = 0;
  /// Since the last portion every worker answered; and all said they are well.
  bool workers_answered = false;
  bool workers_are_well = false;

  bool tick_is_due = false;
  mailbox_probe probe;
  failure last_failure;
  retry_pause pause;
  std::uint64_t read = 0;
  std::uint64_t projected = 0;
};

journal_reader_actor::behavior_type
journal_reader(journal_reader_state::pointer self,
               std::shared_ptr<directory> peers,
               std::shared_ptr<store_factory> factory);

} // namespace registrar
