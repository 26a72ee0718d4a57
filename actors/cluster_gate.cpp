#include "actors/cluster_gate.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

namespace registrar {

namespace {

failure not_owner() {
  return {ec::not_owner, "This node does not own the section."};
}

} // namespace

node_welcome cluster_gate_state::on_node_hello(const node_hello& x) {
  if (can_talk(x.card.protocol, card.protocol)) {
    if (auto member = peers->member.get(); member && x.gate)
      self->send(member, gate_found{x.card.name, x.card.run, x.gate, {}});
    return {{}, card};
  }
  return {{ec::store_unusable, "Node " + card.name + " speaks version "
                                 + std::to_string(card.protocol)
                                 + " to other nodes and " + x.card.name
                                 + " version " + std::to_string(x.card.protocol)
                                 + "; upgrade one step at a time."},
          card};
}

void cluster_gate_state::on_seats_asked(seats_asked& x) {
  const auto& broker = self->current_sender();
  if (!broker)
    return;
  auto [number, is_new] = brokers.enter(broker);
  if (is_new)
    self->monitor(broker);
  for (auto& asked : x.seats) {
    if (!guest_book::can_mark(asked.seat.token)) {
      on_unknown();
      continue;
    }
    asked.seat.token = guest_book::mark(number, asked.seat.token);
    seat(asked.section, std::move(asked.seat));
  }
}

void cluster_gate_state::seat(const section_id& section, decide_seat wanted) {
  if (peers->is_foreign(section)) {
    ++turned_away;
    answer(section, wanted, not_owner());
    return;
  }
  auto actor = peers->sections.get(section);
  if (!actor) {
    auto& waiting = starting[section];
    waiting.push_back(std::move(wanted));
    if (waiting.size() == 1)
      start(section);
    return;
  }
  ++seats;
  self->send(actor, std::move(wanted));
}

void cluster_gate_state::start(const section_id& section) {
  auto supervisor = peers->sections_supervisor.get();
  failure is_away{ec::dependency_unavailable,
                  "A part of the owner's node is being started."};
  if (!supervisor) {
    on_started(section, is_away);
    return;
  }
  self->request(supervisor, limits::status_time_max, start_section{section})
    .then([this](section_started& x) { on_started(x.section, x.error); },
          [this, section, is_away](const caf::error&) {
            on_started(section, is_away);
          });
}

void cluster_gate_state::on_started(const section_id& section,
                                    const failure& error) {
  auto waiting = starting.extract(section);
  if (waiting.empty())
    return;
  auto actor = peers->sections.get(section);
  for (auto& wanted : waiting.mapped()) {
    if (error.code != ec::none)
      answer(section, wanted, error);
    else if (!actor)
      answer(section, wanted,
             {ec::dependency_unavailable, "The section ended."});
    else
      seat(section, std::move(wanted));
  }
}

void cluster_gate_state::answer(const section_id& section,
                                const decide_seat& wanted, failure why) {
  seats_decided told;
  told.header.section = section;
  told.decisions.push_back({wanted.token, wanted.index, {}, std::move(why)});
  on_seats_decided(told);
}

void cluster_gate_state::on_seats_decided(seats_decided& x) {
  // One broker's as a rule.
  while (!x.decisions.empty()) {
    auto broker = brokers.find(x.decisions.front().token).guest;
    seats_decided its;
    its.header = x.header;
    std::vector<seat_decided> others;
    for (auto& decision : x.decisions) {
      auto [of, token] = brokers.find(decision.token);
      auto& place = of == broker ? its.decisions : others;
      place.push_back(std::move(decision));
      if (of == broker)
        place.back().token = token;
    }
    if (broker)
      bring(broker, std::move(its));
    x.decisions = std::move(others);
  }
}

void cluster_gate_state::bring(const caf::strong_actor_ptr& broker,
                               seats_decided decided) {
  if (outgoing.empty())
    self->send(self, flush{});
  auto found = std::find_if(outgoing.begin(), outgoing.end(),
                            [&](const auto& x) { return x.first == broker; });
  if (found == outgoing.end())
    found = outgoing.insert(outgoing.end(), {broker, {}});
  found->second.sections.push_back(std::move(decided));
}

void cluster_gate_state::on_flush() {
  for (auto& [broker, decided] : outgoing)
    self->send(caf::actor_cast<guest_actor>(broker), std::move(decided));
  outgoing.clear();
}

caf::result<header_reply>
cluster_gate_state::on_get_section_header(const get_section_header& x) {
  if (peers->is_foreign(x.section))
    return header_reply{not_owner(), {}};
  auto promise = self->make_response_promise<header_reply>();
  auto failed = [promise](const caf::error&) mutable {
    promise.deliver(header_reply{
      {ec::dependency_unavailable, "The section did not answer in time."}, {}});
  };
  auto ask = [this, promise, failed, section = x.section]() mutable {
    auto actor = peers->sections.get(section);
    if (!actor) {
      promise.deliver(
        header_reply{{ec::dependency_unavailable, "The section ended."}, {}});
      return;
    }
    self->request(actor, limits::request_deadline, get_header{})
      .then(
        [promise](header_reply& reply) mutable {
          promise.deliver(std::move(reply));
        },
        failed);
  };
  if (peers->sections.get(x.section)) {
    ask();
    return promise;
  }
  auto supervisor = peers->sections_supervisor.get();
  if (!supervisor)
    return header_reply{{ec::dependency_unavailable,
                         "A part of the owner's node is being started."},
                        {}};
  self->request(supervisor, limits::status_time_max, start_section{x.section})
    .then(
      [promise, ask](section_started& started) mutable {
        if (started.error.code == ec::none)
          ask();
        else
          promise.deliver(header_reply{std::move(started.error), {}});
      },
      failed);
  return promise;
}

void cluster_gate_state::on_headers_changed(headers_changed& x) {
  if (auto feed = peers->event_feed.get(); feed && peers->is_watched)
    self->send(feed, x);
  if (auto catalogue = peers->catalogue.get())
    self->send(catalogue, std::move(x));
}

void cluster_gate_state::on_partitions_moved(partitions_moved&) {
  // Empty: the other node's news are for a look, not to be passed on.
  if (auto member = peers->member.get())
    self->send(member, partitions_moved{});
}

caf::result<caf::message> cluster_gate_state::on_unknown() {
  if (++unknown == 1)
    log_warn(
      "message-unknown",
      "another node sent what this version does not know; it is refused");
  return caf::sec::unexpected_message;
}

actor_status cluster_gate_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = "running";
  result.figures = {{"seats", static_cast<std::int64_t>(seats)},
                    {"not_owner", static_cast<std::int64_t>(turned_away)},
                    {"unknown", static_cast<std::int64_t>(unknown)},
                    {"starting", static_cast<std::int64_t>(starting.size())}};
  return result;
}

cluster_gate_actor::behavior_type
cluster_gate(cluster_gate_state::pointer self, node_card card,
             std::shared_ptr<directory> peers) {
  auto& state = self->state;
  state.self = self;
  state.card = std::move(card);
  state.peers = std::move(peers);
  self->set_down_handler(
    [self](const caf::down_msg& x) { self->state.brokers.leave(x.source); });
  self->set_default_handler([self](caf::scheduled_actor*, caf::message_view&) {
    return self->state.on_unknown();
  });
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const node_hello& x) { return self->state.on_node_hello(x); },
    [self](seats_asked& x) { self->state.on_seats_asked(x); },
    [self](const get_section_header& x) {
      return self->state.on_get_section_header(x);
    },
    [self](headers_changed& x) { self->state.on_headers_changed(x); },
    [self](partitions_moved& x) { self->state.on_partitions_moved(x); },
    [self](seats_decided& x) { self->state.on_seats_decided(x); },
    [self](flush) { self->state.on_flush(); },
  };
}

} // namespace registrar
