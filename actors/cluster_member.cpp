#include "actors/cluster_member.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// A node that cannot be reached is tried again after this.
constexpr auto connect_pause = 500ms;
constexpr auto hello_timeout = 1s;
/// A connection that is not there by then is given up.
constexpr auto connect_timeout = 2s;

const cluster_node* find(const cluster_sight& sight, const std::string& name) {
  for (const auto& x : sight.nodes)
    if (x.card.name == name)
      return &x;
  return nullptr;
}

} // namespace

cluster_member_state::~cluster_member_state() {
  if (registry)
    static_cast<void>(registry->leave(card));
}

// -- the registry -------------------------------------------------------------

bool cluster_member_state::open() {
  if (registry)
    return true;
  auto opened = factory->open_cluster_registry();
  if (!opened) {
    fail(opened.error());
    return false;
  }
  registry = std::move(*opened);
  return true;
}

void cluster_member_state::fail(const failure& why) {
  ++beats_failed;
  registry.reset();
  if (last_failure.code != why.code)
    log_warn("heartbeat-failed", "node {} cannot say that it lives: {}",
             card.name, why.detail);
  last_failure = why;
}

void cluster_member_state::beat() {
  if (is_replaced || !open())
    return;
  auto seen = registry->beat(card, limits::node_ttl);
  if (!seen) {
    auto why = seen.error();
    fail(why);
    // A younger run has our name: whatever we own, it takes over.
    if (why.code == ec::store_locked) {
      is_replaced = true;
      peers->set_wanted({});
      if (peers->end_service)
        peers->end_service(why);
    }
    return;
  }
  ++beats;
  if (last_failure.code != ec::none)
    log_info("heartbeat-resumed", "node {} says again that it lives",
             card.name);
  last_failure = {};
  auto before = std::exchange(sight, std::move(*seen));
  if (before)
    note_moves(*before);
  view.emplace(card, *sight);
  follow();
}

void cluster_member_state::beat_later() {
  if (is_beat_due)
    return;
  is_beat_due = true;
  probe.sent(self->clock().now() + limits::heartbeat_period);
  self->delayed_send(self, limits::heartbeat_period, tick{});
}

void cluster_member_state::note_moves(const cluster_sight& before) {
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    // Between two owners a partition is nobody's for some milliseconds.
    const auto& from = before.partitions[p];
    const auto& now = sight->partitions[p];
    if (now.is_held() && (now.owner != from.owner || now.epoch != from.epoch))
      moves.push_front({now_utc(), p, from.owner, now.owner, now.epoch});
  }
  if (moves.size() > limits::moves_remembered)
    moves.resize(limits::moves_remembered);
  for (const auto& x : sight->nodes) {
    const auto* was = find(before, x.card.name);
    auto was_alive = was != nullptr && was->is_alive;
    if (was_alive != x.is_alive)
      log_warn(
        x.is_alive ? "node-joined" : "node-lost", "node {} {}", x.card.name,
        x.is_alive ? "is there"
                   : "was not heard from for "
                       + std::to_string(x.heartbeat_age.count()) + " ms");
  }
}

// -- what follows from a look -------------------------------------------------

void cluster_member_state::follow() {
  auto wanted
    = card.is_leaving && !view->has_heir() ? view->held() : view->wanted();
  if (wanted != peers->wanted()) {
    peers->set_wanted(wanted);
    for (const auto& slot : peers->ledger)
      if (auto worker = slot.get())
        self->send(worker, own_partitions{});
  }
  for (const auto& x : sight->nodes) {
    if (x.card.name == card.name || !x.is_alive)
      continue;
    auto& there = links[x.card.name];
    if (there.card.run != x.card.run && !there.card.run.empty())
      lose(there, "It was started anew.");
    there.card = x.card;
    connect(there);
  }
  std::erase_if(
    links, [this](const auto& x) { return find(*sight, x.first) == nullptr; });
  set_routes();
  try_to_leave();
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
  find_gate(x.card, [asker, node = x.card.name, run = x.card.run](
                      caf::strong_actor_ptr gate, failure why) {
    if (auto there = asker.lock())
      caf::anon_send(caf::actor_cast<cluster_member_actor>(there),
                     gate_found{node, run, std::move(gate), why});
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
  if (there == nullptr || there->gate)
    return;
  if (!x.gate) {
    lose(*there, x.error.detail);
    return;
  }
  auto gate = caf::actor_cast<cluster_gate_actor>(x.gate);
  self->request(gate, hello_timeout, node_hello{card})
    .then(
      [this, node = x.node, run = x.run, gate](const node_welcome& by) {
        if (auto* greeted_by = find_link(node, run))
          greeted(*greeted_by, gate, by);
      },
      [this, node = x.node, run = x.run](const caf::error& why) {
        if (auto* silent = find_link(node, run))
          lose(*silent, "No answer: " + self->system().render(why));
      });
}

void cluster_member_state::greeted(link& x, const cluster_gate_actor& gate,
                                   const node_welcome& by) {
  if (by.error.code != ec::none) {
    lose(x, by.error.detail);
  } else if (by.card.name != x.card.name) {
    lose(x, "Node " + by.card.name + " answers at its address.");
  } else if (!x.gate) {
    x.gate = gate;
    x.problem.clear();
    self->monitor(gate);
    log_info("node-reached", "node {} reaches node {} at {}", card.name,
             x.card.name, x.card.cluster);
    set_routes();
  }
}

void cluster_member_state::lose(link& x, std::string why) {
  auto was_up = static_cast<bool>(x.gate);
  x.gate = nullptr;
  x.ask_at = self->clock().now() + connect_pause;
  if (was_up || x.problem.empty())
    log_warn("node-unreachable", "node {} cannot reach node {} at {}: {}",
             card.name, x.card.name, x.card.cluster, why);
  x.problem = std::move(why);
  if (was_up)
    set_routes();
}

void cluster_member_state::on_down(const caf::down_msg& x) {
  for (auto& [node, there] : links)
    if (there.gate && there.gate.address() == x.source)
      lose(there, "The connection ended: " + self->system().render(x.reason));
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

// -- others' messages ---------------------------------------------------------

void cluster_member_state::on_partitions_moved(const partitions_moved& x) {
  if (!x.partitions.empty())
    tell_peers(x);
  // Many come at once; the look after the last of them shows all.
  if (std::exchange(is_look_due, true))
    return;
  self->send(self, tick{});
}

void cluster_member_state::on_headers_changed(const headers_changed& x) const {
  tell_peers(x);
}

void cluster_member_state::on_tick() {
  probe.handled(self->clock().now(),
                peers->meters.mailbox_wait_of(actor_role::cluster_member));
  if (std::exchange(is_look_due, false)) {
    beat();
    return;
  }
  is_beat_due = false;
  beat();
  beat_later();
}

// -- leaving ------------------------------------------------------------------

caf::result<done> cluster_member_state::on_leave_cluster() {
  if (!card.is_leaving) {
    log_info("node-leaves", "node {} gives its partitions away", card.name);
    card.is_leaving = true;
    beat();
    tell_peers(partitions_moved{members_of(all_partitions())});
  }
  leaving.push_back(self->make_response_promise<done>());
  auto result = leaving.back();
  try_to_leave();
  return result;
}

void cluster_member_state::try_to_leave() {
  if (leaving.empty() || (view && view->has_heir() && view->held().any()))
    return;
  for (auto& x : leaving)
    x.deliver(done{});
  leaving.clear();
}

// -- operators ----------------------------------------------------------------

cluster_state cluster_member_state::describe() const {
  cluster_state result;
  result.at = now_utc();
  result.node = card.name;
  if (sight)
    result.sight = *sight;
  for (const auto& [node, there] : links)
    result.links.push_back(
      {node, static_cast<bool>(there.gate), there.problem});
  result.moves.assign(moves.begin(), moves.end());
  return result;
}

cluster_reply cluster_member_state::on_get_cluster() {
  // Fresh, so that what it says is true now.
  beat();
  if (last_failure.code != ec::none)
    return {{ec::dependency_unavailable, last_failure.detail}, {}};
  return {{}, describe()};
}

cluster_reply cluster_member_state::on_change_drain(const change_drain& x) {
  if (!open())
    return {last_failure, {}};
  std::vector<std::string> names{x.node};
  if (x.node.empty()) {
    beat();
    names.clear();
    if (sight)
      for (const auto& node : sight->nodes)
        if (node.is_drained)
          names.push_back(node.card.name);
  }
  for (const auto& node : names) {
    if (!open())
      return {last_failure, {}};
    auto changed = registry->set_drained(node, x.is_drained);
    if (!changed && changed.error().code != ec::not_found)
      fail(changed.error());
    if (!changed)
      return {changed.error(), {}};
  }
  tell_peers(partitions_moved{members_of(all_partitions())});
  return on_get_cluster();
}

failure cluster_member_state::on_ping() const {
  if (last_failure.code != ec::none)
    return last_failure;
  if (!sight)
    return {ec::dependency_unavailable, "The node has not joined yet."};
  return {};
}

actor_status cluster_member_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = last_failure.code != ec::none ? "degraded"
                 : !sight                      ? "starting"
                 : card.is_leaving             ? "leaving"
                                               : "running";
  result.last_failure = last_failure.detail;
  for (const auto& [node, there] : links)
    if (!there.gate && result.last_failure.empty())
      result.last_failure = "Node " + node + ": " + there.problem;
  auto up = std::count_if(links.begin(), links.end(), [](const auto& x) {
    return static_cast<bool>(x.second.gate);
  });
  result.figures = {
    {"beats", static_cast<std::int64_t>(beats)},
    {"beats_failed", static_cast<std::int64_t>(beats_failed)},
    {"links", static_cast<std::int64_t>(links.size())},
    {"links_up", static_cast<std::int64_t>(up)},
    {"partitions", static_cast<std::int64_t>(view ? view->held().count() : 0)},
  };
  return result;
}

cluster_member_actor::behavior_type
cluster_member(cluster_member_state::pointer self, node_card card,
               std::shared_ptr<directory> peers,
               std::shared_ptr<store_factory> factory, gate_finder find_gate) {
  auto& state = self->state;
  state.self = self;
  state.card = std::move(card);
  state.peers = std::move(peers);
  state.factory = std::move(factory);
  state.find_gate = std::move(find_gate);
  self->set_down_handler(
    [self](const caf::down_msg& x) { self->state.on_down(x); });
  self->send(self, tick{});
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](get_cluster) { return self->state.on_get_cluster(); },
    [self](const change_drain& x) { return self->state.on_change_drain(x); },
    [self](leave_cluster) { return self->state.on_leave_cluster(); },
    [self](const partitions_moved& x) { self->state.on_partitions_moved(x); },
    [self](gate_found& x) { self->state.on_gate_found(x); },
    [self](const headers_changed& x) { self->state.on_headers_changed(x); },
    [self](ping) { return self->state.on_ping(); },
    [self](tick) { self->state.on_tick(); },
  };
}

} // namespace registrar
