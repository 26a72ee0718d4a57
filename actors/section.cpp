#include "actors/section.hpp"

#include "actors/traced_steps.hpp"
#include "config/limits.hpp"
#include "messages/assertion.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

namespace registrar {

namespace {

/// An answer that is not here by then is asked for again: far above a commit,
/// well inside a request's deadline.
constexpr auto overdue_after = std::chrono::milliseconds{400};

/// Longer ones are shown as this: no request lives for an hour.
constexpr auto latency_max = std::chrono::microseconds{std::chrono::hours{1}};

} // namespace

section_work& section_actor_state::work() {
  if (!work_)
    work_ = std::make_unique<section_work>();
  return *work_;
}

void section_actor_state::on_decide_seat(decide_seat& x) {
  note_wait(x);
  auto asker = self->current_sender();
  auto refused = mirror.refuse(x.command);
  if (refused && owns_mirror()) {
    if (peers->traces.is_on())
      trace_decided(peers->traces, id, x.command, *refused, std::nullopt);
    waiting_command asked{asker, std::move(x), self->clock().now()};
    remember(asked, *refused, asked.arrived, now_utc(), true);
    answer_one(asked,
               {asked.seat.token, asked.seat.index, std::move(*refused), {}});
    return;
  }
  if (x.is_repeated && is_waiting(asker, x)) {
    if (is_overdue())
      send_in_flight();
    return;
  }
  if (auto why = is_overloaded(x); why.code != ec::none) {
    answer_one({asker, {}, {}}, {x.token, x.index, {}, std::move(why)});
    return;
  }
  if (peers->traces.is_on())
    trace_queued(peers->traces, id, x.command, work().queue.size());
  work().queue.push_back({asker, std::move(x), self->clock().now()});
  ask_ledger();
}

void section_actor_state::note_wait(const decide_seat& x) const {
  if (x.sent_ns == 0)
    return;
  auto now = self->clock().now().time_since_epoch();
  peers->meters.mailbox_wait_of(actor_role::section)
    .note(now - std::chrono::nanoseconds{x.sent_ns});
}

bool section_actor_state::has_mirror() const {
  return mirror.is_loaded() && mirror_owner == peers->owner(partition);
}

bool section_actor_state::owns_mirror() const {
  return has_mirror() && peers->holds_lease(partition, self->clock().now());
}

bool section_actor_state::is_waiting(const caf::strong_actor_ptr& asker,
                                     const decide_seat& x) const {
  auto same = [&](const waiting_command& y) {
    return y.asker == asker && y.seat.token == x.token
           && y.seat.index == x.index;
  };
  return work_
         && (std::any_of(work_->in_flight.begin(), work_->in_flight.end(), same)
             || std::any_of(work_->queue.begin(), work_->queue.end(), same));
}

failure section_actor_state::is_overloaded(const decide_seat& x) const {
  if (work_ && work_->queue.size() >= limits::section_queue_max)
    return {x.is_repeated ? ec::in_doubt : ec::overloaded,
            "Too many requests wait for this section."};
  auto is_open = x.command.kind == command_kind::register_student
                   ? peers->takes_registrations.load()
                   : peers->takes_drops.load();
  // What is asked again was let in before and may have been decided: only the
  // ledger's memo can tell.
  if (!is_open && !x.is_repeated)
    return {ec::overloaded, "SQL is too far behind the ledger."};
  return {};
}

void section_actor_state::ask_ledger() {
  auto& w = work();
  if (!w.in_flight.empty() || (w.queue.empty() && has_mirror()))
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
  w.unanswered = 0;
  w.first_number = number + 1;
  send_in_flight();
}

void section_actor_state::send_in_flight() {
  auto& w = work();
  decide_batch batch;
  batch.section = id;
  batch.owner = peers->owner(partition);
  if (!has_mirror()) {
    // What another owner did meanwhile, this mirror does not show.
    mirror = {};
    mirror_owner = batch.owner;
    auto origin = catalogue->origin_of(id);
    batch.may_create = !origin.in_ledger;
    batch.initial = origin.initial;
  }
  batch.number = ++number;
  batch.commands.reserve(w.in_flight.size());
  for (const auto& x : w.in_flight)
    batch.commands.push_back(x.seat.command);
  if (peers->traces.is_on())
    trace_asked(peers->traces, batch);
  w.asked_at = self->clock().now();
  auto& ledger = peers->ledger_of(partition);
  w.asked_generation = ledger.generation();
  if (auto worker = ledger.get()) {
    ++w.unanswered;
    self->send(worker, std::move(batch));
  } else {
    fail_all({ec::dependency_unavailable, "The ledger is being started."});
  }
}

bool section_actor_state::is_overdue() const {
  return work_
         && (work_->asked_generation != peers->ledger_of(partition).generation()
             || self->clock().now() - work_->asked_at > overdue_after);
}

void section_actor_state::on_batch_decided(batch_decided& x) {
  auto has_failed = x.error.code != ec::none;
  if (!has_failed)
    refresh(x.header);
  // An answer to what was answered already.
  if (!work_ || x.number < work_->first_number)
    return;
  if (has_failed) {
    // The batch was sent again since: that answer counts.
    if (x.number != number)
      return;
    --work_->unanswered;
    fail_all(x.error);
    return;
  }
  // However often it was sent, the memos make every answer say the same: the
  // first is taken, or a slow ledger would never be heard.
  auto& w = *work_;
  auto asked = std::move(w.in_flight);
  w.in_flight.clear();
  if (peers->traces.is_on())
    for (std::size_t i = 0; i < asked.size() && i < x.outcomes.size(); ++i)
      trace_decided(peers->traces, id, asked[i].seat.command, x.outcomes[i],
                    self->clock().now() - w.asked_at);
  answer(asked, x);
  if (w.queue.empty())
    work_.reset();
  else
    ask_ledger();
}

void section_actor_state::refresh(const section_header& header) {
  mirror.refresh(header);
  if (!work_)
    return;
  for (auto& reader : work_->readers)
    reader.deliver(header_reply{{}, mirror.header()});
  work_->readers.clear();
}

void section_actor_state::answer(const std::vector<waiting_command>& asked,
                                 batch_decided& x) {
  REGISTRAR_ASSERT(asked.size() == x.outcomes.size());
  auto now = self->clock().now();
  auto at = now_utc();
  for (std::size_t j = 0; j < asked.size(); ++j)
    remember(asked[j], x.outcomes[j], now, at, false);
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
  auto why_in_flight = why;
  // This time nothing happened; what became of the time before nobody said.
  auto says_nothing_happened = why.code == ec::dependency_unavailable
                               || why.code == ec::fenced
                               || why.code == ec::not_owner;
  if (w->unanswered > 0 && says_nothing_happened)
    why_in_flight.code = ec::in_doubt;
  for (auto& x : w->in_flight)
    answer_one(x, {x.seat.token, x.seat.index, {}, why_in_flight});
  for (auto& x : w->queue)
    answer_one(x, {x.seat.token, x.seat.index, {}, why});
  for (auto& reader : w->readers)
    reader.deliver(header_reply{why, {}});
}

caf::result<header_reply> section_actor_state::on_get_header() {
  if (has_mirror())
    return header_reply{{}, mirror.header(), !owns_mirror()};
  auto promise = self->make_response_promise<header_reply>();
  work().readers.push_back(promise);
  // An empty batch only loads the header.
  if (work_->in_flight.empty() && (work_->readers.size() == 1 || is_overdue()))
    ask_ledger();
  else if (is_overdue())
    send_in_flight();
  return promise;
}

void section_actor_state::remember(const waiting_command& asked,
                                   const seat_outcome& outcome, time_point now,
                                   timestamp at, bool is_by_mirror) {
  past_decision x;
  x.at = at;
  x.command = asked.seat.command.kind;
  x.request = asked.seat.command.request;
  x.student = asked.seat.command.student;
  x.status = outcome.status;
  x.waitlist_position = outcome.waitlist_position;
  if (!outcome.refusals.empty()) {
    x.refused = outcome.refusals.front().reason;
    x.opens_at = outcome.refusals.front().opens_at;
  }
  auto took = std::chrono::duration_cast<std::chrono::microseconds>(
    now - asked.arrived);
  x.latency_us = static_cast<std::uint32_t>(
    std::clamp<std::int64_t>(took.count(), 0, latency_max.count()));
  x.is_by_mirror = is_by_mirror;
  if (!memory)
    memory = std::make_unique<decision_memory>();
  memory->add(x);
}

past_decisions section_actor_state::on_get_decisions() const {
  return {memory ? memory->newest_first() : std::vector<past_decision>{}};
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
  state.partition = partition_of(id);
  state.peers = std::move(peers);
  state.catalogue = std::move(catalogue);
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](decide_seat& x) { self->state.on_decide_seat(x); },
    [self](batch_decided& x) { self->state.on_batch_decided(x); },
    [self](get_header) { return self->state.on_get_header(); },
    [self](get_decisions) { return self->state.on_get_decisions(); },
  };
}

} // namespace registrar
