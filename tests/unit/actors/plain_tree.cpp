#include "tests/unit/actors/plain_tree.hpp"

#include "actors/catalogue.hpp"
#include "actors/cluster_gate.hpp"
#include "actors/cluster_member.hpp"
#include "actors/database_sync.hpp"
#include "actors/journal_reader.hpp"
#include "actors/ledger_worker.hpp"
#include "actors/records_worker.hpp"
#include "actors/registration_broker.hpp"
#include "actors/section_supervisor.hpp"
#include "actors/waitlist.hpp"

#include <caf/actor_system.hpp>

namespace actor_tests {

using namespace registrar;

namespace {

template <class Slot, class Spawn>
child_spec child(std::string name, Slot& slot, Spawn spawn) {
  child_spec spec;
  spec.name = std::move(name);
  spec.start = [&slot, spawn] {
    auto actor = spawn();
    slot.set(actor);
    return caf::actor_cast<caf::strong_actor_ptr>(actor);
  };
  spec.gone = [&slot] { slot.clear(); };
  return spec;
}

} // namespace

std::vector<child_spec> plain_children(caf::actor_system& sys,
                                       const tree_parts& p) {
  auto& peers = *p.peers;
  auto known = std::shared_ptr<const catalogue_view>{p.view};
  std::vector<child_spec> result{
    child("catalogue", peers.catalogue,
          [&sys, p] {
            return sys.spawn(catalogue_behavior, p.peers, p.factory, p.view);
          }),
    child("journal-reader", peers.journal_reader,
          [&sys, p] { return sys.spawn(journal_reader, p.peers, p.factory); }),
    child("database-sync/0", peers.sync[0],
          [&sys, p] {
            return sys.spawn(database_sync, std::size_t{0}, p.peers, p.factory);
          }),
    child("waitlist/0", peers.waitlist[0],
          [&sys, p, known] {
            return sys.spawn(waitlist, std::size_t{0}, p.peers, p.factory,
                             known);
          }),
    child("records-worker", peers.records,
          [&sys, p] { return sys.spawn(records_worker, p.peers, p.factory); }),
    child("ledger-worker/0", peers.ledger[0],
          [&sys, p, known] {
            return sys.spawn(ledger_worker, std::size_t{0}, p.config, p.peers,
                             p.factory, known);
          }),
    child("section-supervisor", peers.sections_supervisor,
          [&sys, p, known] {
            return sys.spawn(section_supervisor, p.peers, known);
          }),
    child("registration-broker", peers.broker,
          [&sys, p, known] {
            return sys.spawn(registration_broker, p.peers, known);
          }),
  };
  if (!p.cluster)
    return result;
  result.push_back(child("cluster-gate", peers.gate, [&sys, p] {
    return sys.spawn(cluster_gate, p.cluster->card, p.peers);
  }));
  result.push_back(child("cluster-member", peers.member, [&sys, p] {
    return sys.spawn(cluster_member, p.cluster->card, p.peers, p.factory,
                     p.cluster->find_gate);
  }));
  return result;
}

} // namespace actor_tests
