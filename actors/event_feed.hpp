#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "actors/watch_book.hpp"

#include "actors/observed_actor.hpp"
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

namespace registrar {

/// Owns who watches what, and tells them.
///
/// Accepts `watch_request`, answers with everything as it is, and tells the
/// watcher of each change after it until the watcher is gone. Hears of sections
/// from the ledger workers, which gather changes for a quarter of a second
/// anyway, and looks itself into the catalogue's view as often, so that nothing
/// that it did not hear is missed. Hears of students whose requests were
/// answered from the gateway, and reads their registrations from the ledger
/// again where that, or a change of one of their sections, says so: a bounded
/// number in each round.
///
/// Promises: what is told is never older than what was told before; one state
/// is made once, for all who watch it; without watchers it does nothing.
/// Whoever watches is told `ended` when it dies. Never blocks, never decides.
struct event_feed_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<event_feed_actor, event_feed_state>;
  using start_promise = caf::typed_response_promise<watch_started>;

  /// What is kept of a student between two reads.
  struct student_content {
    std::vector<registration_view> failed;
    state_tag told{};
    /// Who waits for the first read.
    std::vector<start_promise> starting;
  };

  // -- construction -----------------------------------------------------------

  event_feed_state() = default;
  event_feed_state(const event_feed_state&) = delete;
  ~event_feed_state();

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  caf::result<watch_started> on_watch_request(const watch_request& x);
  void on_headers_changed(const headers_changed& x);
  void on_student_touched(const student_touched& x);
  void on_tick();

  // -- steps ------------------------------------------------------------------

  caf::result<watch_started> watch_sections(const watch_request& x);
  caf::result<watch_started> watch_student(const watch_request& x);
  void want_tick();
  void forget_gone();
  void tell_changes(const std::vector<section_id>& sections,
                    const std::vector<std::uint64_t>& sequences);
  void tell_section(const section_id& section);
  void read(const watch_book::reading& what);
  void on_live(const watch_book::reading& what, live_registrations& live);
  void read_failed(const watch_book::reading& what,
                   std::vector<live_registration> live);
  void tell_student(const watch_book::reading& what,
                    const std::vector<live_registration>& live);
  void not_read(const watch_book::reading& what, const failure& why);
  watch_book::time_point now() const;

  // -- members ----------------------------------------------------------------

  static inline const char* name = "event-feed";

  pointer self = nullptr;
  std::chrono::milliseconds deadline{0};
  std::shared_ptr<directory> peers;
  std::shared_ptr<catalogue_view> view;
  watch_book book;
  std::unordered_map<student_id, student_content> students;
  bool tick_is_due = false;
  std::uint64_t reads = 0;
  std::uint64_t told = 0;
};

/// @param deadline of a read of the ledger.
event_feed_actor::behavior_type
event_feed(event_feed_state::pointer self, std::chrono::milliseconds deadline,
           std::shared_ptr<directory> peers,
           std::shared_ptr<catalogue_view> view);

} // namespace registrar
