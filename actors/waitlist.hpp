#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "actors/mailbox_probe.hpp"
#include "actors/observed_actor.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <vector>

namespace registrar {

/// One worker of the waitlist pool: does what follows from a waitlist entry
/// once SQL holds it, which is to tell the student who was promoted or taken
/// out of the line (table `notifications`).
///
/// Owns no truth: everything it writes follows from the entry, so that an entry
/// that comes twice gives one notice. Tries again while SQL fails or the
/// catalogue, which has the names, is not read yet, and keeps a bounded number;
/// what it must forget the journal reader brings again at the next start.
///
/// Runs detached: its calls block.
struct waitlist_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<waitlist_worker_actor, waitlist_state>;

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  void on_entries_appended(const entries_appended& x);
  void on_flush();

  // -- steps ------------------------------------------------------------------

  notification notice_of(const journal_entry& entry) const;
  void fail(const failure& why);

  void forget();
  void flush_later(std::chrono::milliseconds wait);

  // -- members ----------------------------------------------------------------

  static inline const char* name = "waitlist";

  pointer self = nullptr;
  std::size_t index = 0;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::shared_ptr<const catalogue_view> catalogue;
  std::unique_ptr<registration_store> store;
  /// What notices are to be written of.
  std::vector<journal_entry> entries;
  bool flush_is_due = false;
  failure last_failure;
  std::uint64_t written = 0;
  std::uint64_t forgotten = 0;
  mailbox_probe probe;
};

/// @param index which worker of the pool this is.
waitlist_worker_actor::behavior_type
waitlist(waitlist_state::pointer self, std::size_t index,
         std::shared_ptr<directory> peers,
         std::shared_ptr<store_factory> factory,
         std::shared_ptr<const catalogue_view> catalogue);

} // namespace registrar
