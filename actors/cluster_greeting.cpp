#include "actors/cluster_greeting.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto hello_timeout = 1s;

failure reason_against(const node_card& peer, const node_welcome& by) {
  if (by.error.code != ec::none)
    return by.error;
  if (by.card.name != peer.name)
    return {ec::dependency_unavailable,
            "Node " + by.card.name + " answers at its address."};
  return {};
}

} // namespace

void greet(caf::event_based_actor* self, const cluster_gate_actor& gate,
           const node_card& peer, const node_hello& hello,
           gate_listener found) {
  self->request(gate, hello_timeout, hello)
    .then(
      [gate, peer, found](const node_welcome& by) {
        auto why = reason_against(peer, by);
        found(why.code == ec::none
                ? caf::actor_cast<caf::strong_actor_ptr>(gate)
                : nullptr,
              why);
      },
      [self, found](const caf::error& why) {
        found(nullptr, {ec::dependency_unavailable,
                        "No answer: " + self->system().render(why)});
      });
}

} // namespace registrar
