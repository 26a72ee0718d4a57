#include "actors/tree.hpp"

#include "actors/catalogue.hpp"
#include "actors/cluster_gate.hpp"
#include "actors/cluster_member.hpp"
#include "actors/database_sync.hpp"
#include "actors/event_feed.hpp"
#include "actors/journal_reader.hpp"
#include "actors/ledger_worker.hpp"
#include "actors/observer.hpp"
#include "actors/records_worker.hpp"
#include "actors/registration_broker.hpp"
#include "actors/section_supervisor.hpp"
#include "actors/supervisor.hpp"
#include "actors/waitlist.hpp"
#include "config/limits.hpp"

#include <caf/actor_system.hpp>

namespace registrar {

namespace {

/// A child whose current actor stands in `slot`.
template <class Slot, class Spawn>
child_spec child_in(std::string name, std::shared_ptr<directory> peers,
                    Slot& slot, Spawn spawn) {
  child_spec spec;
  spec.name = std::move(name);
  spec.start = [peers, &slot, spawn] {
    auto actor = spawn();
    slot.set(actor);
    return caf::actor_cast<caf::strong_actor_ptr>(actor);
  };
  spec.gone = [peers, &slot] { slot.clear(); };
  return spec;
}

child_spec group(caf::actor_system& system, std::string name,
                 std::shared_ptr<actor_register> known,
                 std::vector<child_spec> children) {
  child_spec spec;
  spec.name = name;
  spec.kind = actor_kind::supervisor;
  spec.start = [&system, name, known, children] {
    return caf::actor_cast<caf::strong_actor_ptr>(
      system.spawn(supervisor, name, known, children));
  };
  spec.gone = [] {
    // Its children took themselves out of the directory.
  };
  return spec;
}

std::vector<child_spec> sql_children(caf::actor_system& system,
                                     const tree_parts& p) {
  std::vector<child_spec> result;
  result.push_back(
    child_in("catalogue", p.peers, p.peers->catalogue, [&system, p] {
      return system.spawn<caf::detached>(catalogue_behavior, p.peers, p.factory,
                                         p.view);
    }));
  result.push_back(
    child_in("journal-reader", p.peers, p.peers->journal_reader, [&system, p] {
      return system.spawn<caf::detached>(journal_reader, p.peers, p.factory);
    }));
  result.push_back(
    child_in("records-worker", p.peers, p.peers->records, [&system, p] {
      return system.spawn<caf::detached>(records_worker, p.peers, p.factory);
    }));
  for (std::size_t i = 0; i < p.peers->sync.size(); ++i)
    result.push_back(child_in("database-sync/" + std::to_string(i), p.peers,
                              p.peers->sync[i], [&system, p, i] {
                                return system.spawn<caf::detached>(
                                  database_sync, i, p.peers, p.factory);
                              }));
  return result;
}

std::vector<child_spec> waitlist_children(caf::actor_system& system,
                                          const tree_parts& p) {
  std::vector<child_spec> result;
  for (std::size_t i = 0; i < p.peers->waitlist.size(); ++i)
    result.push_back(child_in("waitlist/" + std::to_string(i), p.peers,
                              p.peers->waitlist[i], [&system, p, i] {
                                return system.spawn<caf::detached>(
                                  waitlist, i, p.peers, p.factory, p.view);
                              }));
  return result;
}

std::vector<child_spec> ledger_children(caf::actor_system& system,
                                        const tree_parts& p) {
  std::vector<child_spec> result;
  for (std::size_t i = 0; i < p.peers->ledger.size(); ++i)
    result.push_back(child_in("ledger-worker/" + std::to_string(i), p.peers,
                              p.peers->ledger[i], [&system, p, i] {
                                return system.spawn<caf::detached>(
                                  ledger_worker, i, p.config, p.peers,
                                  p.factory, p.view);
                              }));
  return result;
}

std::vector<child_spec> request_children(caf::actor_system& system,
                                         const tree_parts& p) {
  return {
    child_in("section-supervisor", p.peers, p.peers->sections_supervisor,
             [&system, p] {
               return system.spawn(section_supervisor, p.peers, p.view);
             }),
    child_in("registration-broker", p.peers, p.peers->broker,
             [&system, p] {
               return system.spawn(registration_broker, p.peers, p.view);
             }),
    child_in("event-feed", p.peers, p.peers->event_feed,
             [&system, p] {
               return system.spawn(event_feed, p.config.request_deadline,
                                   p.peers, p.view);
             }),
    child_in("observer", p.peers, p.peers->observer,
             [&system, p] {
               return system.spawn<caf::detached>(observer, p.peers, p.view);
             }),
  };
}

std::vector<child_spec> cluster_children(caf::actor_system& system,
                                         const tree_parts& p) {
  return {
    child_in("cluster-gate", p.peers, p.peers->gate,
             [&system, p] {
               auto gate = system.spawn(cluster_gate, p.cluster->card, p.peers);
               p.cluster->publish(gate);
               return gate;
             }),
    child_in("cluster-member", p.peers, p.peers->member,
             [&system, p] {
               return system.spawn<caf::detached>(
                 cluster_member, p.cluster->card, p.peers, p.factory,
                 p.cluster->find_gate);
             }),
  };
}

} // namespace

tree_parts make_tree_parts(const settings& config,
                           std::shared_ptr<store_factory> factory) {
  auto peers = std::make_shared<directory>(factory->sync_workers(),
                                           limits::waitlist_workers,
                                           factory->ledger_workers());
  peers->answers_wait_for_sql
    = config.acknowledge == acknowledge_level::committed;
  if (is_clustered(config))
    peers->become_node();
  return {config, std::move(factory), std::move(peers),
          std::make_shared<catalogue_view>(), std::nullopt};
}

supervisor_actor spawn_tree(caf::actor_system& system,
                            const tree_parts& parts) {
  auto known = parts.peers->actors;
  std::vector<child_spec> groups{
    group(system, "sql", known, sql_children(system, parts)),
    group(system, "waitlists", known, waitlist_children(system, parts)),
    group(system, "ledger", known, ledger_children(system, parts)),
    group(system, "requests", known, request_children(system, parts)),
  };
  if (parts.cluster)
    groups.push_back(
      group(system, "cluster", known, cluster_children(system, parts)));
  auto root = system.spawn(supervisor, "root", known, std::move(groups));
  known->started("root", "", actor_kind::supervisor,
                 caf::actor_cast<caf::strong_actor_ptr>(root));
  root->attach_functor([known](const caf::error&) { known->left("root"); });
  return root;
}

} // namespace registrar
