#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "actors/restart_intensity.hpp"

#include "actors/observed_actor.hpp"
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>
#include <unordered_map>

namespace registrar {

/// Owns the section actors: starts one on first use, lets one that died be
/// started again by its next use, and sets aside alone one that keeps dying
/// (`quarantined`) until the restart period has passed without it. However it
/// ends, it ends its sections: the next one starts them on their next use.
struct section_supervisor_state {
  // -- types ------------------------------------------------------------------

  using pointer
    = observed_pointer<section_supervisor_actor, section_supervisor_state>;

  /// Kept only for sections that died.
  struct record {
    restart_intensity intensity;
    bool is_quarantined = false;
    restart_intensity::time_point died_at{};
    std::string cause;
  };

  // -- construction -----------------------------------------------------------

  section_supervisor_state() = default;
  section_supervisor_state(const section_supervisor_state&) = delete;
  ~section_supervisor_state();

  // -- messages ---------------------------------------------------------------

  actor_status on_get_status() const;
  section_started on_start_section(const start_section& x);
  void on_down(const caf::down_msg& x);
  void on_exit(const caf::exit_msg& x);
  /// Sections of partitions that are another node's end, once they had time to
  /// say so to whoever waits.
  void on_partitions_moved();
  void end_foreign();

  // -- steps ------------------------------------------------------------------

  void end_sections();

  // -- members ----------------------------------------------------------------

  static inline const char* name = "section-supervisor";

  pointer self = nullptr;
  std::shared_ptr<directory> peers;
  std::shared_ptr<const catalogue_view> catalogue;
  std::unordered_map<caf::actor_addr, section_id> running;
  std::unordered_map<section_id, record> deaths;
  std::uint64_t restarts = 0;
};

section_supervisor_actor::behavior_type
section_supervisor(section_supervisor_state::pointer self,
                   std::shared_ptr<directory> peers,
                   std::shared_ptr<const catalogue_view> catalogue);

} // namespace registrar
