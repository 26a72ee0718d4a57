#include "actors/catalogue.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto load_again_after = 250ms;

} // namespace

bool catalogue_state::open() {
  if (store)
    return true;
  auto opened = factory->open_catalogue();
  if (!opened) {
    last_failure = opened.error();
    return false;
  }
  store = std::move(*opened);
  return true;
}

bool catalogue_state::load() {
  if (!open())
    return false;
  auto asked = std::chrono::steady_clock::now();
  auto content = store->load();
  if (!content) {
    last_failure = content.error();
    store.reset();
    return false;
  }
  log_info("catalogue-loaded", "catalogue loaded {} sections and {} students",
           content->sections.size(), content->students.size());
  // After a restart a change may have reached SQL, and the ledger not.
  auto is_restart = view->is_loaded();
  view->load(std::move(*content));
  has_loaded = true;
  last_failure = {};
  peers->meters.catalogue_loads.add();
  if (store->is_shared())
    view->confirm(asked);
  tell_ledger({is_restart ? view->standings() : view->inactive_students()});
  return true;
}

void catalogue_state::tell_ledger(const standing_changed& told) {
  for (const auto& slot : peers->ledger)
    if (auto ledger = slot.get())
      self->send(ledger, told);
}

bool catalogue_state::follow() {
  if (!open())
    return false;
  auto asked = std::chrono::steady_clock::now();
  auto changed = store->has_changed();
  if (!changed) {
    last_failure = changed.error();
    store.reset();
    return false;
  }
  if (*changed)
    return load();
  last_failure = {};
  view->confirm(asked);
  return true;
}

void catalogue_state::tick_later(std::chrono::milliseconds wait) {
  probe.sent(self->clock().now() + wait);
  self->delayed_send(self, wait, tick{});
}

void catalogue_state::on_tick() {
  probe.handled(self->clock().now(),
                peers->meters.mailbox_wait_of(actor_role::catalogue));
  // Also after a restart: the view may lack what reached SQL before.
  if (has_loaded ? follow() : load()) {
    if (store->is_shared())
      tick_later(limits::catalogue_period);
    return;
  }
  peers->meters.catalogue_failures.add();
  log_warn("catalogue-failed", "catalogue tries again in {} ms: {}",
           load_again_after.count(), last_failure.detail);
  tick_later(load_again_after);
}

catalogue_reply
catalogue_state::on_catalogue_request(const catalogue_request& x) {
  if (!open())
    return {{ec::dependency_unavailable, last_failure.detail}};
  auto error = x.change(*store);
  if (error.code != ec::none)
    return {error};
  ++changes;
  if (!x.student.is_nil()) {
    auto is_active
      = view->standing_of(x.student) == catalogue_view::standing::active;
    tell_ledger({{{x.student, is_active}}});
  }
  return {};
}

void catalogue_state::on_headers_changed(const headers_changed& x) {
  view->refresh(x.headers);
}

failure catalogue_state::on_ping() {
  if (!open())
    return last_failure;
  auto answered = store->ping();
  return answered ? failure{} : answered.error();
}

actor_status catalogue_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = has_loaded          ? "running"
                 : view->is_loaded() ? "degraded"
                                     : "starting";
  result.last_failure = last_failure.detail;
  result.figures = {{"changes", static_cast<std::int64_t>(changes)}};
  return result;
}

catalogue_actor::behavior_type
catalogue_behavior(catalogue_state::pointer self,
                   std::shared_ptr<directory> peers,
                   std::shared_ptr<store_factory> factory,
                   std::shared_ptr<catalogue_view> view) {
  auto& state = self->state;
  state.self = self;
  state.peers = std::move(peers);
  state.factory = std::move(factory);
  state.view = std::move(view);
  self->send(self, tick{});
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const catalogue_request& x) {
      return self->state.on_catalogue_request(x);
    },
    [self](const headers_changed& x) { self->state.on_headers_changed(x); },
    [self](ping) { return self->state.on_ping(); },
    [self](tick) { self->state.on_tick(); },
  };
}

} // namespace registrar
