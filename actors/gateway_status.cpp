#include "actors/gateway.hpp"
#include "actors/gateway_calls.hpp"
#include "actors/gathering.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <string>
#include <tuple>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// A dependency that needs longer is not ready.
constexpr auto ping_timeout = 1s;

/// Whether `y` says nothing that `x`, which comes before it, does not.
bool is_covered_by(const dependency_status& x, const dependency_status& y) {
  return x.name == y.name;
}

/// What the answers come to, whatever order they came in.
service_status settled(service_status status) {
  status.is_ready = true;
  for (const auto& x : status.dependencies)
    status.is_ready = status.is_ready && x.is_ready;
  // A page that is read again should not jump.
  auto by_name = [](const auto& x, const auto& y) { return x.name < y.name; };
  std::stable_sort(status.dependencies.begin(), status.dependencies.end(),
                   [](const auto& x, const auto& y) {
                     return std::tie(x.name, x.is_ready)
                            < std::tie(y.name, y.is_ready);
                   });
  // A pool is one part: not ready where one of its workers is not.
  auto last = std::unique(status.dependencies.begin(),
                          status.dependencies.end(), is_covered_by);
  status.dependencies.erase(last, status.dependencies.end());
  std::stable_sort(status.actors.begin(), status.actors.end(), by_name);
  return status;
}

} // namespace

void gateway::status(bool verbose, reply_to<service_status> done) {
  auto all = std::make_shared<gathering<service_status>>(
    service_status{}, [done = std::move(done)](service_status x) {
      done(settled(std::move(x)));
    });
  auto ask_ping = [&](const char* name, const auto& actor) {
    all->expect();
    calls_->ask<failure>(
      actor, ping{}, ping_timeout,
      [all, name](failure x) {
        all->note([&](service_status& s) {
          s.dependencies.push_back(
            {name, x.code == ec::none, std::move(x.detail)});
        });
      },
      [](failure why) { return why; });
  };
  auto ask_status = [&](std::string name, const auto& slot) {
    if (!verbose)
      return;
    // Each restart takes the former out and puts the next one in.
    auto restarts = slot.generation() / 2;
    all->expect();
    calls_->ask<actor_status>(
      slot.get(), get_status{}, ping_timeout,
      [all, restarts](actor_status x) {
        x.restarts = std::max(x.restarts, restarts);
        all->note([&](service_status& s) { s.actors.push_back(std::move(x)); });
      },
      [name = std::move(name)](failure why) {
        if (why.code == ec::dependency_unavailable)
          return actor_status{name, "restarting", "", 0, {}};
        return actor_status{name, "unreachable", std::move(why.detail), 0, {}};
      });
  };
  for (const auto& slot : peers_->ledger)
    ask_ping("ledger", slot.get());
  ask_ping("catalogue", peers_->catalogue.get());
  ask_ping("journal", peers_->journal_reader.get());
  for (const auto& slot : peers_->sync)
    ask_ping("sql", slot.get());
  if (peers_->is_clustered)
    ask_ping("cluster", peers_->member.get());
  auto ask_pool = [&](const std::string& name, const auto& slots) {
    for (std::size_t i = 0; i < slots.size(); ++i)
      ask_status(name + "/" + std::to_string(i), slots[i]);
  };
  ask_status("registration-broker", peers_->broker);
  ask_status("section-supervisor", peers_->sections_supervisor);
  ask_status("catalogue", peers_->catalogue);
  ask_status("journal-reader", peers_->journal_reader);
  ask_status("event-feed", peers_->event_feed);
  ask_status("records-worker", peers_->records);
  if (peers_->is_clustered) {
    ask_status("cluster-member", peers_->member);
    ask_status("cluster-gate", peers_->gate);
  }
  ask_pool("ledger-worker", peers_->ledger);
  ask_pool("database-sync", peers_->sync);
  ask_pool("waitlist", peers_->waitlist);
  auto is_loaded = view_->is_loaded();
  auto is_open = peers_->takes_registrations.load();
  all->note([is_loaded, is_open](service_status& s) {
    if (!is_open)
      s.dependencies.push_back(
        {"journal", false,
         "SQL is too far behind the ledger: registrations are refused."});
    if (!is_loaded)
      s.dependencies.push_back(
        {"catalogue", false, "The catalogue has not been read yet."});
  });
}

service_load gateway::load() const {
  return {peers_->uncommitted, uncommitted_max_, peers_->slowest_ledger()};
}

const service_meters& gateway::meters() const {
  return peers_->meters;
}

service_census gateway::census() const {
  auto result = view_->census();
  result.takes_registrations = peers_->takes_registrations;
  result.oldest_uncommitted = peers_->oldest_uncommitted(now_utc());
  auto now = system_.clock().now();
  auto owners = peers_->owners();
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    if (owners[p] == epoch{})
      continue;
    ++result.partitions_owned;
    result.leases_held += peers_->holds_lease(p, now) ? 1 : 0;
  }
  return result;
}

} // namespace registrar
