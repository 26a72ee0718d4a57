#include "actors/records_worker.hpp"

#include "actors/act_log.hpp"
#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

namespace registrar {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds store_pause_min = 200ms;
constexpr milliseconds store_pause_max = 5s;

audit_entry entry_of(const operator_act& act) {
  return {act.who, act.action, act.subject, act.detail, act.why, act.at};
}

/// What is wrong is the question or the row, not SQL.
bool is_an_answer(ec code) {
  return code == ec::none || code == ec::not_found || code == ec::conflict
         || code == ec::invalid_value;
}

} // namespace

records_worker_state::records_worker_state()
  : pause(store_pause_min, store_pause_max) {
}

bool records_worker_state::open() {
  auto now = self->clock().now();
  used_at = now;
  if (store)
    return true;
  if (now < retry_at)
    return false;
  auto opened = factory->open_registrations();
  if (!opened) {
    fail(opened.error());
    return false;
  }
  store = std::move(*opened);
  tick_after(limits::records_idle_time);
  return true;
}

void records_worker_state::fail(const failure& why) {
  ++failures;
  store.reset();
  last_failure = why;
  auto wait = pause.next();
  log_warn("records-failed", "{} acts wait for SQL, tried again in {} ms: {}",
           peers->acts.size(), wait.count(), why.detail);
  retry_at = self->clock().now() + wait;
  if (peers->acts.size() > 0)
    tick_after(wait);
}

records_reply
records_worker_state::on_records_request(const records_request& x) {
  ++questions;
  if (!open())
    return {{ec::dependency_unavailable, last_failure.detail}};
  auto answer = x.work(*store);
  if (is_an_answer(answer.code)) {
    last_failure = {};
    pause.reset();
  } else {
    fail(answer);
  }
  return {std::move(answer)};
}

act_noted records_worker_state::on_note_act(const note_act& x) {
  write_acts();
  auto first = peers->acts.front();
  auto is_settled = !first || first->ticket > x.ticket;
  return {is_settled && refused_tickets.erase(x.ticket) == 0};
}

void records_worker_state::write_acts() {
  while (auto next = peers->acts.front()) {
    if (!open()) {
      tick_after(
        std::chrono::ceil<milliseconds>(retry_at - self->clock().now()));
      return;
    }
    auto noted = store->note(entry_of(next->act));
    if (!noted && !is_an_answer(noted.error().code)) {
      fail(noted.error());
      return;
    }
    if (noted) {
      ++written;
    } else {
      ++refused;
      refused_tickets.insert(next->ticket);
      log_lost_act(next->act, noted.error().detail);
    }
    peers->acts.settled(next->ticket);
    last_failure = {};
    pause.reset();
  }
}

void records_worker_state::on_tick() {
  auto now = self->clock().now();
  if (tick_at && now < *tick_at)
    return;
  tick_at.reset();
  if (peers->acts.size() > 0)
    write_acts();
  if (!store)
    return;
  auto idle_at = used_at + limits::records_idle_time;
  auto left = idle_at - now;
  if (left <= left.zero())
    store.reset();
  else
    tick_after(std::chrono::ceil<milliseconds>(left));
}

void records_worker_state::tick_after(milliseconds wait) {
  wait = std::max(wait, milliseconds{0});
  auto at = self->clock().now() + wait;
  if (tick_at && *tick_at <= at)
    return;
  tick_at = at;
  self->delayed_send(self, wait, tick{});
}

actor_status records_worker_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = last_failure.code == ec::none ? "running" : "degraded";
  result.last_failure = last_failure.detail;
  result.figures = {
    {"pending_acts", static_cast<std::int64_t>(peers->acts.size())},
    {"written", static_cast<std::int64_t>(written)},
    {"refused", static_cast<std::int64_t>(refused)},
    {"questions", static_cast<std::int64_t>(questions)},
    {"failures", static_cast<std::int64_t>(failures)},
  };
  return result;
}

records_worker_actor::behavior_type
records_worker(records_worker_state::pointer self,
               std::shared_ptr<directory> peers,
               std::shared_ptr<store_factory> factory) {
  auto& state = self->state;
  state.self = self;
  state.peers = std::move(peers);
  state.factory = std::move(factory);
  // What a former one had not written yet.
  if (state.peers->acts.size() > 0)
    state.tick_after(0ms);
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const records_request& x) {
      return self->state.on_records_request(x);
    },
    [self](const note_act& x) { return self->state.on_note_act(x); },
    [self](tick) { self->state.on_tick(); },
  };
}

} // namespace registrar
