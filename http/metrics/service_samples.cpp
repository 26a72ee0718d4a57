#include "http/metrics/family_samples.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace registrar::samples {

namespace {

/// As `service::status` names them.
constexpr std::array<std::string_view, 4> dependency_names{
  "catalogue", "journal", "ledger", "sql"};

bool is_up(const service_status& status, std::string_view name) {
  auto is_it = [&](const dependency_status& x) { return x.name == name; };
  auto is_down
    = [&](const dependency_status& x) { return is_it(x) && !x.is_ready; };
  const auto& all = status.dependencies;
  return std::any_of(all.begin(), all.end(), is_it)
         && std::none_of(all.begin(), all.end(), is_down);
}

bool has_answered(const actor_status& actor) {
  return actor.state != "unreachable" && actor.state != "restarting";
}

/// One sample for each actor, or one for none at all.
template <class Holds>
void by_actor(const scrape& x, sample_sink& out, Holds holds) {
  for (const auto& actor : x.status.actors)
    out.add(holds(actor) ? 1.0 : 0.0, {{"actor", actor.name}});
  if (x.status.actors.empty())
    out.add(0.0, {{"actor", "none"}});
}

bool is_of(const actor_status& actor, std::string_view role) {
  return actor.name == role
         || (actor.name.starts_with(role) && actor.name[role.size()] == '/');
}

/// Roles that have restarts but no mailbox that is watched.
constexpr std::array<std::string_view, 3> unwatched_roles{
  "section-supervisor", "event-feed", "records-worker"};

void add_restarts(const scrape& x, sample_sink& out, std::string_view role) {
  std::uint64_t count = 0;
  for (const auto& actor : x.status.actors)
    if (is_of(actor, role))
      count += actor.restarts;
  out.add(count, {{"role", role}});
}

} // namespace

void section_times(const scrape& x, sample_sink& out) {
  out.add(x.service.near_answer_time, {{"owner", "this"}});
  out.add(x.service.far_answer_time, {{"owner", "other"}});
}

void cluster_messages(const scrape& x, sample_sink& out) {
  out.add(x.service.far_seats, {{"way", "there"}});
  out.add(x.service.far_answers, {{"way", "back"}});
}

void cluster_links(const scrape& x, sample_sink& out) {
  std::map<std::string_view, std::int64_t> figures;
  for (const auto& actor : x.status.actors)
    if (actor.name == "cluster-member")
      figures.insert(actor.figures.begin(), actor.figures.end());
  auto up = figures["links_up"];
  out.add(static_cast<double>(up), {{"state", "up"}});
  out.add(static_cast<double>(figures["links"] - up), {{"state", "down"}});
}

void entries(const scrape& x, sample_sink& out) {
  for (std::size_t i = 0; i < entry_kind_count; ++i)
    if (auto kind = static_cast<entry_kind>(i); kind != entry_kind::decided)
      out.add(x.service.ledger_entries[i], {{"kind", to_string(kind)}});
}

void sections(const scrape& x, sample_sink& out) {
  out.add(x.census.sections_open, {{"state", "open"}});
  out.add(x.census.sections_full, {{"state", "full"}});
  out.add(x.census.sections_frozen, {{"state", "frozen"}});
  out.add(x.census.sections_inactive, {{"state", "inactive"}});
}

void dependencies(const scrape& x, sample_sink& out) {
  for (auto name : dependency_names)
    out.add(is_up(x.status, name) ? 1.0 : 0.0, {{"dependency", name}});
}

void answered(const scrape& x, sample_sink& out) {
  by_actor(x, out, has_answered);
}

void running(const scrape& x, sample_sink& out) {
  by_actor(x, out, [](const actor_status& y) { return y.state == "running"; });
}

void restarts(const scrape& x, sample_sink& out) {
  for (std::size_t i = 0; i < actor_role_names.size(); ++i) {
    if (static_cast<actor_role>(i) == actor_role::section)
      out.add(x.service.sections_died, {{"role", actor_role_names[i]}});
    else
      add_restarts(x, out, actor_role_names[i]);
  }
  for (auto role : unwatched_roles)
    add_restarts(x, out, role);
}

void mailbox_waits(const scrape& x, sample_sink& out) {
  for (std::size_t i = 0; i < actor_role_names.size(); ++i)
    out.add(x.service.mailbox_wait[i], {{"role", actor_role_names[i]}});
}

void build(const scrape&, sample_sink& out) {
  out.add(1.0, {{"version", REGISTRAR_VERSION}});
}

} // namespace registrar::samples
