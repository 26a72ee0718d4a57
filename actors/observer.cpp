#include "actors/observer.hpp"

#include "actors/contains_text.hpp"
#include "actors/section.hpp"
#include "actors/section_supervisor.hpp"
#include "config/limits.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <map>
#include <tuple>
#include <type_traits>
#include <typeinfo>

namespace registrar {

namespace {

constexpr std::string_view section_prefix = "section/";

/// Null where it has none to show.
const actor_vitals* vitals_of(const caf::strong_actor_ptr& actor) {
  return dynamic_cast<const actor_vitals*>(
    caf::actor_cast<caf::abstract_actor*>(actor));
}

/// There are thousands, all of one class: that is asked for first, because a
/// dynamic cast costs more than all the rest of a look.
const actor_vitals* vitals_of(const section_actor& actor) {
  using running = std::remove_pointer_t<section_actor_state::pointer>;
  const auto* object = caf::actor_cast<caf::abstract_actor*>(actor);
  if (typeid(*object) == typeid(running))
    return static_cast<const running*>(object);
  return dynamic_cast<const actor_vitals*>(object);
}

/// The section that a filter names whole.
std::optional<section_id> section_named(std::string_view filter) {
  if (!filter.starts_with(section_prefix))
    return std::nullopt;
  return section_id::parse(filter.substr(section_prefix.size()));
}

/// Those that need an operator first.
int urgency(std::string_view state) {
  static const std::map<std::string_view, int> known{
    {"stuck", 0},    {"quarantined", 1}, {"stopped", 2},  {"restarting", 3},
    {"degraded", 4}, {"ended", 5},       {"starting", 6}, {"running", 8}};
  auto found = known.find(state);
  return found == known.end() ? 7 : found->second;
}

} // namespace

observer_state::~observer_state() {
  stop_looking();
}

void observer_state::stop_looking() {
  if (std::exchange(is_looking, false))
    actor_vitals::stop_looking();
}

// -- looking ------------------------------------------------------------------

actor_list observer_state::on_get_actors(const get_actors& x) {
  auto now = self->clock().now();
  asked_at = now;
  if (!is_looking) {
    actor_vitals::start_looking();
    is_looking = true;
    self->delayed_send(self, limits::look_kept_for, tick{});
  }
  if (looks == 0 || now - looked_at >= limits::look_period)
    look();
  actor_list result;
  result.at = shown_at;
  if (auto interval = sections.interval())
    result.interval
      = std::chrono::duration_cast<std::chrono::milliseconds>(*interval);
  result.total = sightings.size();
  result.by_state = by_state;
  for (const auto* one : chosen(x.query, result.matching))
    result.actors.push_back(view_of(*one));
  return result;
}

std::vector<const observer_state::sighting*>
observer_state::chosen(const list_actors& query,
                       std::uint64_t& matching) const {
  std::vector<const sighting*> found;
  // Made anew for every page of a section: no name needs to be made for that.
  auto named = section_named(query.filter);
  for (const auto& one : sightings)
    if (named ? one.section == *named : matches(one, query))
      found.push_back(&one);
  matching = found.size();
  auto shown = std::min<std::size_t>(found.size(), query.limit);
  auto end = found.begin() + static_cast<std::ptrdiff_t>(shown);
  if (query.order == actor_order::name) {
    // Each name is made once.
    std::unordered_map<const sighting*, std::string> names;
    for (const auto* one : found)
      names.emplace(one, label_of(*one) + name_of(*one));
    std::partial_sort(found.begin(), end, found.end(),
                      [&](const auto* a, const auto* b) {
                        auto order = names.at(a).compare(names.at(b));
                        return query.is_descending ? order > 0 : order < 0;
                      });
  } else {
    std::partial_sort(
      found.begin(), end, found.end(),
      [&](const auto* a, const auto* b) { return precedes(*a, *b, query); });
  }
  found.resize(shown);
  return found;
}

void observer_state::look() {
  ++looks;
  looked_at = self->clock().now();
  shown_at = now_utc();
  known = peers->actors->entries();
  sightings.clear();
  look_at_workers();
  look_at_sections();
  std::map<std::string, std::uint64_t, std::less<>> counts;
  for (auto& one : sightings) {
    one.state = state_of(one);
    if (auto found = counts.find(one.state); found != counts.end())
      ++found->second;
    else
      counts.emplace(one.state, 1);
  }
  by_state.assign(counts.begin(), counts.end());
  ask_workers();
}

void observer_state::look_at_workers() {
  auto now = std::chrono::steady_clock::now();
  workers.begin(looked_at);
  for (std::size_t i = 0; i < known.size(); ++i) {
    const auto& entry = known[i];
    if (entry.kind == actor_kind::section)
      continue;
    sighting one;
    one.known_at = i;
    one.is_known = true;
    one.is_running = entry.actor != nullptr;
    if (const auto* vitals
        = one.is_running ? vitals_of(entry.actor) : nullptr) {
      one.vitals = vitals->read(now);
      one.rate = workers.note(entry.name, one.vitals);
    }
    sightings.push_back(one);
  }
  workers.end();
}

void observer_state::look_at_sections() {
  auto now = std::chrono::steady_clock::now();
  // Those that died once, running or not.
  std::unordered_map<section_id, std::size_t> died;
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i].kind == actor_kind::section)
      if (auto id = section_id::parse(
            std::string_view{known[i].name}.substr(section_prefix.size())))
        died.emplace(*id, i);
  sections.begin(looked_at);
  peers->sections.for_all(
    [&](const section_id& id, const section_actor& actor) {
      sighting one;
      one.section = id;
      one.is_running = true;
      if (auto past = died.find(id); past != died.end()) {
        one.is_known = true;
        one.known_at = past->second;
        died.erase(past);
      }
      if (const auto* vitals = vitals_of(actor)) {
        one.vitals = vitals->read(now);
        one.rate = sections.note(id, one.vitals);
      }
      sightings.push_back(one);
    });
  sections.end();
  for (const auto& [id, at] : died) {
    sighting one;
    one.section = id;
    one.is_known = true;
    one.known_at = at;
    sightings.push_back(one);
  }
}

void observer_state::ask_workers() {
  for (const auto& entry : known) {
    if (!entry.actor
        || entry.actor == caf::actor_cast<caf::strong_actor_ptr>(self))
      continue;
    auto worker = caf::actor_cast<actor_interface<>>(entry.actor);
    self->request(worker, limits::status_time_max, get_status{})
      .then(
        [this, name = entry.name](actor_status& x) {
          said[name] = {std::move(x), std::chrono::steady_clock::now()};
        },
        [](const caf::error&) {
          // Its vitals tell what it does instead.
        });
  }
}

void observer_state::on_tick() {
  auto quiet = self->clock().now() - asked_at;
  if (quiet < limits::look_kept_for) {
    self->delayed_send(self, limits::look_kept_for - quiet, tick{});
    return;
  }
  stop_looking();
  // Nobody needs it, and old looks say nothing about the present.
  workers = {};
  sections = {};
  known = {};
  sightings = {};
  by_state = {};
  said = {};
  looks = 0;
}

// -- showing ------------------------------------------------------------------

std::string observer_state::state_of(const sighting& x) const {
  if (!x.is_running) {
    if (x.is_known && known[x.known_at].is_quarantined)
      return "quarantined";
    return x.section.is_nil() ? "restarting" : "ended";
  }
  if (x.rate.handling_for && *x.rate.handling_for >= limits::stuck_after)
    return "stuck";
  if (x.section.is_nil())
    if (auto found = said.find(known[x.known_at].name); found != said.end())
      return found->second.status.state;
  return "running";
}

std::string observer_state::name_of(const sighting& x) const {
  return x.section.is_nil()
           ? known[x.known_at].name
           : std::string{section_prefix} + x.section.to_string();
}

std::string observer_state::label_of(const sighting& x) const {
  if (x.section.is_nil())
    return {};
  auto [course, number] = catalogue->names_of(x.section);
  return course.empty() ? course : course + " " + number;
}

bool observer_state::matches(const sighting& x,
                             const list_actors& query) const {
  auto is_section = !x.section.is_nil();
  if ((query.sections_only && !is_section) || (query.system_only && is_section))
    return false;
  return query.filter.empty() || contains_text(name_of(x), query.filter)
         || contains_text(label_of(x), query.filter);
}

bool observer_state::precedes(const sighting& x, const sighting& y,
                              const list_actors& query) const {
  auto by = [&](const auto& a, const auto& b) {
    // Equal ones in one order whichever way round, so that none jumps.
    if (a == b)
      return std::tuple{x.section, x.known_at}
             < std::tuple{y.section, y.known_at};
    return query.is_descending ? b < a : a < b;
  };
  switch (query.order) {
    case actor_order::state:
      // The urgent ones are the highest.
      return by(-urgency(x.state), -urgency(y.state));
    case actor_order::messages:
      return by(std::tuple{x.rate.messages_per_second, x.vitals.begun},
                std::tuple{y.rate.messages_per_second, y.vitals.begun});
    case actor_order::busy: return by(x.rate.busy, y.rate.busy);
    case actor_order::depth: return by(x.vitals.depth(), y.vitals.depth());
    case actor_order::wait: return by(x.vitals.wait, y.vitals.wait);
    case actor_order::name:
    case actor_order::restarts: break;
  }
  return by(restarts_of(x), restarts_of(y));
}

std::uint64_t observer_state::restarts_of(const sighting& x) const {
  return x.is_known ? known[x.known_at].restarts : 0;
}

actor_view observer_state::view_of(const sighting& x) const {
  actor_view result;
  result.name = name_of(x);
  result.label = label_of(x);
  result.kind = actor_kind::section;
  result.parent = section_supervisor_state::name;
  result.state = x.state;
  result.messages = x.vitals.ended;
  result.messages_per_second = x.rate.messages_per_second;
  result.busy = x.rate.busy;
  result.depth = x.vitals.depth();
  if (x.vitals.wait >= x.vitals.wait.zero())
    result.wait
      = std::chrono::duration_cast<std::chrono::microseconds>(x.vitals.wait);
  if (x.rate.handling_for > std::chrono::milliseconds{0})
    result.handling_for = x.rate.handling_for;
  if (x.is_known) {
    const auto& entry = known[x.known_at];
    result.restarts = entry.restarts;
    result.cause = entry.cause;
    result.restarted_at = entry.ended_at;
    if (x.section.is_nil()) {
      result.parent = entry.parent;
      result.kind = entry.kind;
    }
  }
  if (auto found = said.find(result.name); found != said.end()) {
    result.last_failure = found->second.status.last_failure;
    result.figures = found->second.status.figures;
  }
  return result;
}

actor_status observer_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = "running";
  result.figures = {{"looks", static_cast<std::int64_t>(looks)},
                    {"seen", static_cast<std::int64_t>(sightings.size())}};
  return result;
}

observer_actor::behavior_type
observer(observer_state::pointer self, std::shared_ptr<directory> peers,
         std::shared_ptr<const catalogue_view> catalogue) {
  auto& state = self->state;
  state.self = self;
  state.peers = std::move(peers);
  state.catalogue = std::move(catalogue);
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const get_actors& x) { return self->state.on_get_actors(x); },
    [self](tick) { self->state.on_tick(); },
  };
}

} // namespace registrar
