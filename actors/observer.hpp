#pragma once

#include "actors/actor_rates.hpp"
#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "actors/observed_actor.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace registrar {

/// Owns the look at all actors that operators share.
///
/// Accepts `get_actors`. A look reads every actor's vitals and the register:
/// neither waits for an actor, so that a frozen or dead one is seen as such.
/// Workers are asked for their status beside; who does not answer is shown
/// without. Promises: at most one look in `limits::look_period`, however many
/// ask; without anybody who asks it does nothing, and no actor reads a clock
/// for it.
///
/// Runs detached, so that it has a thread where all others are taken.
struct observer_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<observer_actor, observer_state>;
  using time_point = actor_vitals::time_point;

  /// One actor at the last look.
  struct sighting {
    /// Nil: not a section.
    section_id section;
    /// Of all but sections that never died: where it is in `known`.
    std::size_t known_at = 0;
    bool is_known = false;
    bool is_running = false;
    actor_vitals::reading vitals;
    actor_rate rate;
    std::string state;
  };

  /// What a worker last said of itself.
  struct statement {
    actor_status status;
    time_point at{};
  };

  // -- construction -----------------------------------------------------------

  observer_state() = default;
  observer_state(const observer_state&) = delete;
  ~observer_state();

  // -- messages ---------------------------------------------------------------

  actor_status on_get_status() const;
  actor_list on_get_actors(const get_actors& x);
  void on_tick();

  // -- steps ------------------------------------------------------------------

  void look();
  void look_at_workers();
  void look_at_sections();
  void ask_workers();
  void stop_looking();
  std::string state_of(const sighting& x) const;
  bool matches(const sighting& x, const list_actors& query) const;
  std::uint64_t restarts_of(const sighting& x) const;
  bool precedes(const sighting& x, const sighting& y,
                const list_actors& query) const;
  /// Those that match, in order, at most as many as are wanted.
  std::vector<const sighting*> chosen(const list_actors& query,
                                      std::uint64_t& matching) const;
  std::string name_of(const sighting& x) const;
  std::string label_of(const sighting& x) const;
  actor_view view_of(const sighting& x) const;

  // -- members ----------------------------------------------------------------

  static inline const char* name = "observer";

  pointer self = nullptr;
  std::shared_ptr<directory> peers;
  std::shared_ptr<const catalogue_view> catalogue;
  actor_rates<std::string> workers;
  actor_rates<section_id> sections;
  std::vector<actor_register::entry> known;
  std::vector<sighting> sightings;
  /// Of all sightings.
  std::vector<std::pair<std::string, std::uint64_t>> by_state;
  std::unordered_map<std::string, statement> said;
  time_point looked_at{};
  time_point asked_at{};
  timestamp shown_at{};
  bool is_looking = false;
  std::uint64_t looks = 0;
};

observer_actor::behavior_type
observer(observer_state::pointer self, std::shared_ptr<directory> peers,
         std::shared_ptr<const catalogue_view> catalogue);

} // namespace registrar
