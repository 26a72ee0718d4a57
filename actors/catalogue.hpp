#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "actors/mailbox_probe.hpp"
#include "actors/observed_actor.hpp"
#include "storage/ports/stores.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace registrar {

/// Owns the writing side of the catalogue: one SQL connection and the view that
/// everybody reads. Loads the view at every start, makes changes in SQL first
/// and then in the view, keeps the counts of listed sections fresh, and tells
/// the ledger whose standing changed.
///
/// Promises: the view never shows a change that SQL does not hold; while it
/// could not be loaded, or a SQL that others change too could not be asked, an
/// id that is not in it counts as unknown for now, not as absent; what others
/// change is here within a second.
///
/// Runs detached: its calls block.
struct catalogue_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<catalogue_actor, catalogue_state>;

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  catalogue_reply on_catalogue_request(const catalogue_request& x);
  void on_headers_changed(const headers_changed& x);
  failure on_ping();
  void on_tick();

  // -- steps ------------------------------------------------------------------

  bool open();
  bool load();
  /// Loads again what others have changed. False: SQL could not be asked.
  bool follow();
  void tell_ledger(const standing_changed& told);
  void tick_later(std::chrono::milliseconds wait);

  // -- members ----------------------------------------------------------------

  static inline const char* name = "catalogue";

  pointer self = nullptr;
  std::shared_ptr<directory> peers;
  std::shared_ptr<store_factory> factory;
  std::shared_ptr<catalogue_view> view;
  std::unique_ptr<catalogue_store> store;
  /// This actor, not one before it.
  bool has_loaded = false;
  failure last_failure;
  std::uint64_t changes = 0;
  mailbox_probe probe;
};

catalogue_actor::behavior_type catalogue_behavior(
  catalogue_state::pointer self, std::shared_ptr<directory> peers,
  std::shared_ptr<store_factory> factory, std::shared_ptr<catalogue_view> view);

} // namespace registrar
