#include "actors/supervisor.hpp"

#include "config/logging.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

namespace registrar {

supervisor_state::~supervisor_state() {
  end_children();
}

void supervisor_state::start(child& x) {
  x.actor = x.spec.start();
  self->monitor(x.actor);
  known->started(x.spec.name, title, x.spec.kind, x.actor);
}

void supervisor_state::on_down(const caf::down_msg& x) {
  for (std::size_t i = 0; i < children.size(); ++i) {
    auto& dead = children[i];
    if (!dead.actor || dead.actor->address() != x.source)
      continue;
    dead.actor = nullptr;
    dead.spec.gone();
    auto order = known->take_order(dead.spec.name, x.source.id());
    auto cause = order ? *order : self->system().render(x.reason);
    known->ended(dead.spec.name, cause, now_utc());
    last_failure = dead.spec.name + " ended: " + cause;
    if (order) {
      ++restarts;
      log_warn("child-restarted", "{} restarts {} at once: {}", title,
               dead.spec.name, last_failure);
      self->send(self, restart_child{i});
      return;
    }
    auto may_restart = dead.intensity.died(self->clock().now());
    if (!may_restart) {
      log_error("child-escalated", "{} gave {} up, it died too often: {}",
                title, dead.spec.name, last_failure);
      on_exit(caf::exit_msg{self->address(), x.reason});
      return;
    }
    ++restarts;
    std::uniform_real_distribution<double> from_0_to_1;
    auto wait = dead.intensity.backoff(from_0_to_1(chance));
    log_warn("child-restarted", "{} restarts {} in {} ms: {}", title,
             dead.spec.name, wait.count(), last_failure);
    self->delayed_send(self, wait, restart_child{i});
    return;
  }
}

void supervisor_state::on_restart_child(restart_child x) {
  auto& waiting = children.at(x.child);
  if (!waiting.actor)
    start(waiting);
}

void supervisor_state::on_exit(const caf::exit_msg& x) {
  end_children();
  self->quit(x.reason);
}

void supervisor_state::end_children() {
  for (auto i = children.rbegin(); i != children.rend(); ++i) {
    if (!i->actor)
      continue;
    i->spec.gone();
    known->left(i->spec.name);
    caf::anon_send_exit(i->actor, caf::exit_reason::user_shutdown);
    i->actor = nullptr;
  }
}

actor_status supervisor_state::on_get_status() const {
  actor_status result;
  result.name = title;
  result.restarts = restarts;
  result.last_failure = last_failure;
  std::int64_t running = 0;
  for (const auto& x : children)
    running += x.actor ? 1 : 0;
  auto size = static_cast<std::int64_t>(children.size());
  result.state = running == size ? "running" : "degraded";
  result.figures = {{"children", size}, {"running", running}};
  return result;
}

supervisor_actor::behavior_type
supervisor(supervisor_state::pointer self, std::string title,
           std::shared_ptr<actor_register> known,
           std::vector<child_spec> children) {
  auto& state = self->state;
  state.self = self;
  state.title = std::move(title);
  state.known = std::move(known);
  state.chance.seed(std::random_device{}());
  self->set_down_handler(
    [self](const caf::down_msg& x) { self->state.on_down(x); });
  self->set_exit_handler(
    [self](const caf::exit_msg& x) { self->state.on_exit(x); });
  for (auto& spec : children) {
    state.children.push_back({std::move(spec), nullptr, {}});
    state.start(state.children.back());
  }
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](restart_child x) { self->state.on_restart_child(x); },
  };
}

} // namespace registrar
