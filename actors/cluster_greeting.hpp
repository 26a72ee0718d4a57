#pragma once

#include "messages/actors.hpp"

#include <caf/fwd.hpp>

#include <functional>

namespace registrar {

/// Is told of a node's gate, or why there is none.
using gate_listener
  = std::function<void(caf::strong_actor_ptr gate, failure why)>;

/// Says `hello` to the gate that was found at the address of `peer`, and tells
/// `found` whether that node and this one can work together.
///
/// @param self an actor of its own for each greeting, and not detached (see
/// `cluster_member_state`).
void greet(caf::event_based_actor* self, const cluster_gate_actor& gate,
           const node_card& peer, const node_hello& hello, gate_listener found);

} // namespace registrar
