#include "actors/section_supervisor.hpp"

#include "actors/section.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

namespace registrar {

namespace {

constexpr auto end_foreign_after = std::chrono::seconds{1};

} // namespace

section_supervisor_state::~section_supervisor_state() {
  end_sections();
}

section_started
section_supervisor_state::on_start_section(const start_section& x) {
  if (peers->sections.get(x.section))
    return {x.section, {}};
  if (!catalogue->origin_of(x.section).is_known)
    return {x.section, {ec::not_found, "There is no section with this id."}};
  auto died = deaths.find(x.section);
  if (died != deaths.end() && died->second.is_quarantined) {
    auto quiet = self->clock().now() - died->second.died_at;
    if (quiet < limits::restart_period)
      return {
        x.section,
        {ec::quarantined, "The section is set aside after repeated failures: "
                            + died->second.cause}};
    deaths.erase(died);
  }
  auto actor = self->spawn(section_behavior, x.section, peers, catalogue);
  self->monitor(actor);
  running.emplace(actor.address(), x.section);
  peers->sections.set(x.section, actor);
  return {x.section, {}};
}

void section_supervisor_state::on_down(const caf::down_msg& x) {
  auto found = running.find(x.source);
  if (found == running.end())
    return;
  auto section = found->second;
  running.erase(found);
  peers->sections.remove(section);
  ++restarts;
  peers->meters.sections_died.add();
  auto known_as = "section/" + section.to_string();
  if (auto order = peers->actors->take_order(known_as, x.source.id())) {
    log_warn("section-died", "section {} ended and restarts: {}",
             section.to_string(), *order);
    peers->actors->section_ended(known_as, *order, now_utc());
    on_start_section({section});
    return;
  }
  auto& death = deaths[section];
  death.died_at = self->clock().now();
  death.cause = self->system().render(x.reason);
  death.is_quarantined = !death.intensity.died(death.died_at);
  peers->actors->section_ended(known_as, death.cause, now_utc(),
                               death.is_quarantined);
  if (death.is_quarantined)
    log_error("section-quarantined", "supervisor set section {} aside: {}",
              section.to_string(), death.cause);
  else
    log_warn("section-died",
             "section {} ended and restarts on its next use: "
             "{}",
             section.to_string(), death.cause);
}

void section_supervisor_state::on_exit(const caf::exit_msg& x) {
  end_sections();
  self->quit(x.reason);
}

void section_supervisor_state::on_partitions_moved() {
  self->delayed_send(self, end_foreign_after, tick{});
}

void section_supervisor_state::end_foreign() {
  std::erase_if(running, [this](const auto& x) {
    const auto& [address, section] = x;
    if (!peers->is_foreign(section))
      return false;
    peers->sections.remove(section);
    caf::anon_send_exit(address, caf::exit_reason::user_shutdown);
    return true;
  });
}

void section_supervisor_state::end_sections() {
  for (const auto& [address, section] : running) {
    peers->sections.remove(section);
    caf::anon_send_exit(address, caf::exit_reason::user_shutdown);
  }
  running.clear();
}

actor_status section_supervisor_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.restarts = restarts;
  std::int64_t quarantined = 0;
  for (const auto& [section, death] : deaths) {
    if (!death.is_quarantined)
      continue;
    ++quarantined;
    result.last_failure = section.to_string() + ": " + death.cause;
  }
  result.state = quarantined == 0 ? "running" : "degraded";
  result.figures = {{"running", static_cast<std::int64_t>(running.size())},
                    {"quarantined", quarantined}};
  return result;
}

section_supervisor_actor::behavior_type
section_supervisor(section_supervisor_state::pointer self,
                   std::shared_ptr<directory> peers,
                   std::shared_ptr<const catalogue_view> catalogue) {
  auto& state = self->state;
  state.self = self;
  state.peers = std::move(peers);
  state.catalogue = std::move(catalogue);
  self->set_down_handler(
    [self](const caf::down_msg& x) { self->state.on_down(x); });
  self->set_exit_handler(
    [self](const caf::exit_msg& x) { self->state.on_exit(x); });
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const start_section& x) { return self->state.on_start_section(x); },
    [self](const partitions_moved&) { self->state.on_partitions_moved(); },
    [self](tick) { self->state.end_foreign(); },
  };
}

} // namespace registrar
