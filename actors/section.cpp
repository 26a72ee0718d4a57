#include "actors/section.hpp"

#include "config/limits.hpp"
#include "messages/assertion.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

namespace registrar {

namespace {

/// An answer that is not here by then is asked for again: far above a commit,
/// well inside a request's deadline.
constexpr auto overdue_after = std::chrono::milliseconds{400};

} // namespace

section_work& section_actor_state::work() {
  if (!work_)
    work_ = std::make_unique<section_work>();
  return *work_;
}

void section_actor_state::on_decide_seat(decide_seat& x) {
  auto asker = self->current_sender();
  if (auto refused = mirror.refuse(x.command)) {
    answer_one({asker, {}}, {x.token, x.index, std::move(*refused), {}});
    return;
  }
  auto& w = work();
  auto same = [&](const waiting_command& y) {
    return y.asker == asker && y.seat.token == x.token
           && y.seat.index == x.index;
  };
  if (std::any_of(w.in_flight.begin(), w.in_flight.end(), same)) {
    if (is_overdue())
      send_in_flight();
    return;
  }
  if (auto why = is_overloaded(x.command); why.code != ec::none) {
    answer_one({asker, {}}, {x.token, x.index, {}, std::move(why)});
    return;
  }
  // Asked again while it waits: only the sweep does that, seldom.
  if (x.is_repeated && std::any_of(w.queue.begin(), w.queue.end(), same)) {
    if (is_overdue())
      send_in_flight();
    return;
  }
  w.queue.push_back({asker, std::move(x)});
  ask_ledger();
}

failure
section_actor_state::is_overloaded(const ledger_command& command) const {
  if (work_->queue.size() >= limits::section_queue_max)
    return {ec::overloaded, "Too many requests wait for this section."};
  auto is_open = command.kind == command_kind::register_student
                   ? peers->takes_registrations.load()
                   : peers->takes_drops.load();
  if (!is_open)
    return {ec::overloaded, "SQL is too far behind the ledger."};
  return {};
}

void section_actor_state::ask_ledger() {
  auto& w = work();
  if (!w.in_flight.empty() || (w.queue.empty() && mirror.is_loaded()))
    return;
  auto size = std::min(w.queue.size(), limits::section_batch_max);
  auto end = w.queue.begin() + static_cast<std::ptrdiff_t>(size);
  if (end == w.queue.end()) {
    std::swap(w.in_flight, w.queue);
  } else {
    w.in_flight.assign(std::make_move_iterator(w.queue.begin()),
                       std::make_move_iterator(end));
    w.queue.erase(w.queue.begin(), end);
  }
  ++batches;
  commands += size;
  send_in_flight();
}

void section_actor_state::send_in_flight() {
  auto& w = work();
  auto origin = catalogue->origin_of(id);
  decide_batch batch;
  batch.section = id;
  batch.owner = peers->owner();
  batch.may_create = !mirror.is_loaded() && !origin.in_ledger;
  batch.initial = origin.initial;
  batch.number = ++number;
  batch.commands.reserve(w.in_flight.size());
  for (const auto& x : w.in_flight)
    batch.commands.push_back(x.seat.command);
  w.asked_at = self->clock().now();
  w.asked_generation = peers->ledger.generation();
  auto worker = peers->ledger.get();
  if (worker)
    self->send(worker, std::move(batch));
  else
    fail_all({ec::dependency_unavailable, "The ledger is being started."});
}

bool section_actor_state::is_overdue() const {
  return work_
         && (work_->asked_generation != peers->ledger.generation()
             || self->clock().now() - work_->asked_at > overdue_after);
}

void section_actor_state::on_batch_decided(batch_decided& x) {
  // A late answer to a batch that was asked again: the memos make the second
  // one say the same.
  if (!work_ || x.number != number)
    return;
  if (x.error.code != ec::none) {
    fail_all(x.error);
    return;
  }
  mirror.refresh(x.header);
  auto& w = *work_;
  for (auto& reader : w.readers)
    reader.deliver(header_reply{{}, mirror.header()});
  w.readers.clear();
  auto asked = std::move(w.in_flight);
  w.in_flight.clear();
  answer(asked, x);
  if (w.queue.empty())
    work_.reset();
  else
    ask_ledger();
}

void section_actor_state::answer(const std::vector<waiting_command>& asked,
                                 batch_decided& x) {
  REGISTRAR_ASSERT(asked.size() == x.outcomes.size());
  std::size_t i = 0;
  while (i < asked.size()) {
    // One message for a run of commands of the same asker.
    auto& asker = asked[i].asker;
    seats_decided told;
    told.header = x.header;
    for (; i < asked.size() && asked[i].asker == asker; ++i)
      told.decisions.push_back({asked[i].seat.token,
                                asked[i].seat.index,
                                std::move(x.outcomes[i]),
                                {}});
    self->send(caf::actor_cast<decision_listener_actor>(asker),
               std::move(told));
  }
}

void section_actor_state::answer_one(const waiting_command& asked,
                                     seat_decided decision) {
  seats_decided told;
  told.header = mirror.header();
  told.decisions.push_back(std::move(decision));
  self->send(caf::actor_cast<decision_listener_actor>(asked.asker),
             std::move(told));
}

void section_actor_state::fail_all(const failure& why) {
  auto w = std::move(work_);
  for (auto* list : {&w->in_flight, &w->queue})
    for (auto& x : *list)
      answer_one(x, {x.seat.token, x.seat.index, {}, why});
  for (auto& reader : w->readers)
    reader.deliver(header_reply{why, {}});
}

caf::result<header_reply> section_actor_state::on_get_header() {
  if (mirror.is_loaded())
    return header_reply{{}, mirror.header()};
  auto promise = self->make_response_promise<header_reply>();
  work().readers.push_back(promise);
  // An empty batch only loads the header.
  if (work_->readers.size() == 1 || is_overdue())
    ask_ledger();
  return promise;
}

actor_status section_actor_state::on_get_status() const {
  actor_status result;
  result.name = "section/" + id.to_string();
  result.state = mirror.is_loaded() ? "running" : "starting";
  auto size = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  result.figures = {
    {"queue", work_ ? size(work_->queue.size()) : 0},
    {"in_flight", work_ ? size(work_->in_flight.size()) : 0},
    {"batches", size(batches)},
    {"commands", size(commands)},
    {"enrolled", mirror.header().enrolled},
    {"waitlisted", mirror.header().waitlisted},
    {"sequence", size(mirror.header().sequence)},
  };
  return result;
}

section_actor::behavior_type
section_behavior(section_actor_state::pointer self, section_id id,
                 std::shared_ptr<directory> peers,
                 std::shared_ptr<const catalogue_view> catalogue) {
  auto& state = self->state;
  state.self = self;
  state.id = id;
  state.peers = std::move(peers);
  state.catalogue = std::move(catalogue);
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](decide_seat& x) { self->state.on_decide_seat(x); },
    [self](batch_decided& x) { self->state.on_batch_decided(x); },
    [self](get_header) { return self->state.on_get_header(); },
  };
}

} // namespace registrar
