#pragma once

#include "messages/meter.hpp"

#include <caf/actor_clock.hpp>

#include <chrono>

namespace registrar {

/// Samples how long messages wait in an actor's mailbox by one that the actor
/// sends itself anyway: when it falls due is known, and when it is handled.
/// Belongs to the actor. One message is under way at a time.
class mailbox_probe {
public:
  using time_point = caf::actor_clock::time_point;

  /// The message is sent, to be delivered at `due`.
  void sent(time_point due) {
    due_ = due;
  }

  /// It is handled now. Without `sent` before it is not ours.
  void handled(time_point now, duration_spread& waits) {
    if (due_ == time_point{})
      return;
    waits.note(now - due_);
    due_ = {};
  }

private:
  time_point due_{};
};

} // namespace registrar
