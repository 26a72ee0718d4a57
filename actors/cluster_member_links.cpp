#include "actors/cluster_member.hpp"

#include "config/logging.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

/// The links of a cluster's member to the other nodes' gates.

namespace registrar {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// A node that cannot be reached is tried again after this.
constexpr milliseconds connect_pause = 500ms;
/// For the other node to connect, before this one does.
constexpr milliseconds other_way_pause = 3s;
/// A search that nobody answered by then is given up: a probe, a connection and
/// a greeting have a bound each.
constexpr milliseconds connect_timeout = 5s;

} // namespace

milliseconds
cluster_member_state::first_pause_for(const std::string& node) const {
  return card.name < node ? 0ms : other_way_pause;
}

milliseconds cluster_member_state::pause_for(const std::string& node) const {
  return card.name < node ? connect_pause : other_way_pause;
}

caf::strong_actor_ptr cluster_member_state::own_gate() const {
  return caf::actor_cast<caf::strong_actor_ptr>(peers->gate.get());
}

void cluster_member_state::connect(link& x) {
  auto now = self->clock().now();
  if (x.gate || now < x.ask_at)
    return;
  if (!can_talk(x.card.protocol, card.protocol)) {
    x.problem = "It speaks version " + std::to_string(x.card.protocol)
                + " to other nodes, this one " + std::to_string(card.protocol)
                + ".";
    return;
  }
  x.ask_at = now + connect_timeout;
  // Weak: a search that nobody answers would keep this actor, and with it its
  // thread, for as long as the system lives.
  auto asker = caf::actor_cast<caf::weak_actor_ptr>(self);
  find_gate(x.card, {card, own_gate()},
            [asker, node = x.card.name,
             run = x.card.run](caf::strong_actor_ptr gate, failure why) {
              if (auto there = asker.lock())
                caf::anon_send(
                  caf::actor_cast<cluster_member_actor>(there),
                  gate_found{node, run, std::move(gate), std::move(why)});
            });
}

cluster_member_state::link*
cluster_member_state::find_link(const std::string& node,
                                const std::string& run) {
  auto found = links.find(node);
  return found != links.end() && found->second.card.run == run ? &found->second
                                                               : nullptr;
}

void cluster_member_state::on_gate_found(gate_found& x) {
  auto* there = find_link(x.node, x.run);
  // It knows of us before we do of it.
  if (there == nullptr) {
    beat();
    there = find_link(x.node, x.run);
  }
  if (there == nullptr || there->gate)
    return;
  if (!x.gate) {
    lose(*there, x.error.detail);
    return;
  }
  there->gate = caf::actor_cast<cluster_gate_actor>(x.gate);
  there->problem.clear();
  self->monitor(there->gate);
  log_info("node-reached", "node {} reaches node {} at {}", card.name,
           there->card.name, there->card.cluster);
  set_routes();
  try_to_join();
}

void cluster_member_state::lose(link& x, std::string why) {
  auto was_up = static_cast<bool>(x.gate);
  x.gate = nullptr;
  x.ask_at = self->clock().now() + pause_for(x.card.name);
  if (was_up || x.problem.empty())
    log_warn("node-unreachable", "node {} cannot reach node {} at {}: {}",
             card.name, x.card.name, x.card.cluster, why);
  x.problem = std::move(why);
  if (was_up)
    set_routes();
}

void cluster_member_state::on_down(const caf::down_msg& x) {
  for (auto& [node, there] : links) {
    if (!there.gate || there.gate.address() != x.source)
      continue;
    lose(there, "The connection ended: " + self->system().render(x.reason));
    // Only its gate ended, and the connection is there: nothing to wait for.
    if (x.reason != caf::exit_reason::remote_link_unreachable)
      there.ask_at = self->clock().now() + connect_pause;
  }
}

void cluster_member_state::set_routes() {
  if (!view)
    return;
  std::array<directory::far_owner, partition_count> owners;
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    owners[p] = {view->holder(p), sight->partitions[p].epoch};
    auto there = links.find(view->holder(p));
    auto gate
      = there == links.end() ? cluster_gate_actor{} : there->second.gate;
    if (peers->gates[p].get() != gate)
      peers->gates[p].set(gate);
  }
  peers->set_far_owners(std::move(owners));
}

} // namespace registrar
