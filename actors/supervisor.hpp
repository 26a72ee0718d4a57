#pragma once

#include "actors/actor_register.hpp"
#include "actors/observed_actor.hpp"
#include "actors/restart_intensity.hpp"
#include "messages/actors.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace registrar {

/// How a supervisor starts one child, and what to do when it is gone.
struct child_spec {
  std::string name;
  actor_kind kind = actor_kind::worker;
  /// Spawns the child and enters it into the directory.
  std::function<caf::strong_actor_ptr()> start;
  /// Takes it out of the directory.
  std::function<void()> gone;
};

/// Owns a set of children: starts them in order, restarts one that dies (one
/// for one) after a backoff, and ends itself with the child's reason where one
/// dies too often, so that its own supervisor decides (DESIGN 5). However it
/// ends, it ends its children, in reverse order: nobody watches them any more.
/// A child that an operator ended is started again at once, and that counts for
/// nothing against it. The register knows who runs, and how the others ended.
struct supervisor_state {
  // -- types ------------------------------------------------------------------

  using pointer = observed_pointer<supervisor_actor, supervisor_state>;

  struct child {
    child_spec spec;
    caf::strong_actor_ptr actor;
    restart_intensity intensity;
  };

  // -- construction -----------------------------------------------------------

  supervisor_state() = default;
  supervisor_state(const supervisor_state&) = delete;
  ~supervisor_state();

  // -- messages ---------------------------------------------------------------

  actor_status on_get_status() const;
  void on_restart_child(restart_child x);
  void on_down(const caf::down_msg& x);
  void on_exit(const caf::exit_msg& x);

  // -- steps ------------------------------------------------------------------

  void start(child& x);
  void end_children();

  // -- members ----------------------------------------------------------------

  static inline const char* name = "supervisor";

  pointer self = nullptr;
  std::string title;
  std::shared_ptr<actor_register> known;
  std::vector<child> children;
  std::uint64_t restarts = 0;
  std::string last_failure;
  std::minstd_rand chance;
};

/// @param title names the supervisor in logs and status.
supervisor_actor::behavior_type
supervisor(supervisor_state::pointer self, std::string title,
           std::shared_ptr<actor_register> known,
           std::vector<child_spec> children);

} // namespace registrar
