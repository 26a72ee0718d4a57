#include "actors/cluster_member.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace registrar {

namespace {

using namespace std::chrono_literals;

const cluster_node* find(const cluster_sight& sight, const std::string& name) {
  for (const auto& x : sight.nodes)
    if (x.card.name == name)
      return &x;
  return nullptr;
}

std::string joined(const std::vector<std::string>& names) {
  std::string result;
  for (const auto& x : names)
    result += (result.empty() ? "" : ", ") + x;
  return result;
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
  else
    for (std::uint32_t p = 0; p < partition_count; ++p)
      if (sight->partitions[p].is_held())
        last_owners[p] = sight->partitions[p].owner;
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
    // Between two owners, or two runs of one, a partition is nobody's for some
    // milliseconds.
    const auto& now = sight->partitions[p];
    if (!now.is_held() || now.owner == last_owners[p])
      continue;
    auto from = std::exchange(last_owners[p], now.owner);
    moves.push_front({now_utc(), p, std::move(from), now.owner, now.epoch});
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
    auto [place, is_new] = links.try_emplace(x.card.name);
    auto& there = place->second;
    if (!is_new && there.card.run != x.card.run)
      lose(there, "It was started anew.");
    if (is_new || there.card.run != x.card.run)
      there.ask_at = self->clock().now() + first_pause_for(x.card.name);
    there.card = x.card;
    connect(there);
  }
  std::erase_if(
    links, [this](const auto& x) { return find(*sight, x.first) == nullptr; });
  set_routes();
  try_to_leave();
  try_to_join();
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

// -- joining and leaving ------------------------------------------------------

std::int64_t cluster_member_state::links_up() const {
  return std::count_if(links.begin(), links.end(), [](const auto& x) {
    return static_cast<bool>(x.second.gate);
  });
}

std::vector<std::string> cluster_member_state::unreached() const {
  std::vector<std::string> result;
  for (const auto& [node, there] : links)
    if (auto seen = find(*sight, node); !there.gate && seen && seen->is_alive)
      result.push_back(node);
  return result;
}

void cluster_member_state::try_to_join() {
  if (!card.is_joining)
    return;
  auto missing = unreached();
  auto reaches_some = links_up() > 0;
  auto is_waiting = !reaches_some || self->clock().now() < join_by;
  if (!missing.empty() && is_waiting) {
    join_problem = "It takes no partitions before it reaches other nodes, and "
                   "does not reach "
                   + joined(missing) + " yet.";
    return;
  }
  log_info("node-joins", "node {} takes partitions{}", card.name,
           missing.empty() ? "" : " and does not reach " + joined(missing));
  card.is_joining = false;
  beat();
  tell_peers(partitions_moved{members_of(all_partitions())});
}

caf::result<done> cluster_member_state::on_leave_cluster() {
  if (!card.is_leaving) {
    log_info("node-leaves", "node {} gives its partitions away", card.name);
    card.is_joining = false;
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
  if (card.is_joining)
    return {ec::dependency_unavailable, join_problem};
  return {};
}

actor_status cluster_member_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = last_failure.code != ec::none ? "degraded"
                 : card.is_joining             ? "joining"
                 : card.is_leaving             ? "leaving"
                                               : "running";
  result.last_failure = last_failure.detail;
  for (const auto& [node, there] : links)
    if (!there.gate && result.last_failure.empty())
      result.last_failure = "Node " + node + ": " + there.problem;
  result.figures = {
    {"beats", static_cast<std::int64_t>(beats)},
    {"beats_failed", static_cast<std::int64_t>(beats_failed)},
    {"links", static_cast<std::int64_t>(links.size())},
    {"links_up", links_up()},
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
  // A member that was restarted is of a node that goes on.
  state.card.is_joining = state.peers->wanted().none();
  state.join_by = self->clock().now() + limits::join_time_max;
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
