#pragma once

#include "actors/directory.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <memory>

namespace registrar {

/// Owns a reading connection to the journal, and reads it where the entries of
/// the ledger's own replies do not suffice: at start, after a takeover, and
/// where a database-sync worker sees a gap. A gap that the journal cannot fill
/// is closed by the ledger's rows.
///
/// Promises: hands out only what is durable, in order, in portions that wait
/// for the workers; reading the same twice does no harm. Writes nothing.
///
/// Runs detached: its calls block.
struct journal_reader_state {
  // -- types ------------------------------------------------------------------

  using pointer = journal_reader_actor::stateful_pointer<journal_reader_state>;

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  void on_fill_gap(const fill_gap& x);
  void on_tick();

  // -- steps ------------------------------------------------------------------

  bool open();
  /// False: the journal failed; try again at the next tick.
  bool read_page();
  bool read_section(const fill_gap& gap);
  void send_entries(std::vector<journal_entry> entries);
  /// Goes on once every sync worker has taken what was sent.
  void wait_for_workers();
  void project(const section_id& section);
  void want_tick(std::chrono::milliseconds wait);

  // -- members ----------------------------------------------------------------

  static inline const char* name = "journal-reader";

  pointer self = nullptr;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::unique_ptr<sync_journal> journal;
  bool reads_all = false;
  bool tick_is_due = false;
  std::uint64_t position = 0;
  std::size_t awaited_workers = 0;
  std::deque<fill_gap> gaps;
  failure last_failure;
  std::uint64_t read = 0;
  std::uint64_t projected = 0;
};

journal_reader_actor::behavior_type
journal_reader(journal_reader_state::pointer self,
               std::shared_ptr<directory> peers,
               std::shared_ptr<store_factory> factory);

} // namespace registrar
