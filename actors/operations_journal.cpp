#include "actors/gateway_calls.hpp"
#include "actors/gathering.hpp"
#include "actors/operations_gateway.hpp"
#include "config/limits.hpp"

#include <caf/actor_clock.hpp>

#include <memory>

namespace registrar {

namespace {

/// Every place is there from the start; who does not answer leaves it as it is.
using gathering_ptr = std::shared_ptr<gathering<journal_state>>;

std::vector<partition_lag> partitions_of(const directory& peers,
                                         const std::string& node) {
  std::vector<partition_lag> result(partition_count);
  auto owners = peers.owners();
  auto now = caf::actor_clock::clock_type::now();
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    auto& x = result[p];
    x.partition = p;
    if (owners[p] == epoch{}) {
      auto far = peers.far_owner_of(p);
      x.owner = std::move(far.node);
      x.epoch = far.epoch;
      x.holds_lease = !x.owner.empty();
      continue;
    }
    x.owner = node;
    x.epoch = owners[p].number;
    x.holds_lease = peers.holds_lease(p, now);
  }
  return result;
}

/// Of what this node owns: what others lack, they know.
void ask_lag(call_table& calls, directory& peers, const std::string& node,
             std::size_t worker, const gathering_ptr& all) {
  all->expect();
  auto share = peers.share_of(worker);
  auto on_lag = [all, share, node](ledger_lag x) {
    all->note([&](journal_state& state) {
      if (x.error.code != ec::none)
        return;
      for (auto p : members_of(share.partitions()))
        if (state.partitions[p].owner == node)
          state.partitions[p].uncommitted = 0;
      for (auto [partition, count] : x.uncommitted)
        state.partitions[partition].uncommitted = count;
    });
  };
  calls.ask<ledger_lag>(peers.ledger[worker].get(), get_lag{},
                        limits::status_time_max, on_lag, [](failure why) {
                          return ledger_lag{std::move(why), {}};
                        });
}

template <class Handle>
void ask_worker(call_table& calls, const Handle& actor, std::size_t place,
                const gathering_ptr& all) {
  all->expect();
  auto on_status = [all, place](actor_status x) {
    all->note([&](journal_state& state) {
      auto& worker = state.workers[place];
      worker.state = std::move(x.state);
      worker.last_failure = std::move(x.last_failure);
      worker.figures = std::move(x.figures);
    });
  };
  calls.ask<actor_status>(
    actor, get_status{}, limits::status_time_max, on_status, [](failure why) {
      auto is_away = why.code == ec::dependency_unavailable;
      return actor_status{
        "", is_away ? "restarting" : "unreachable", why.detail, 0, {}};
    });
}

} // namespace

void operations_gateway::journal(reply_to<journal_state> done) {
  journal_state state;
  state.at = now_utc();
  state.uncommitted = peers_->uncommitted;
  state.uncommitted_max = config_.uncommitted_entries_max;
  state.takes_registrations = peers_->takes_registrations;
  state.takes_drops = peers_->takes_drops;
  state.oldest = peers_->oldest_uncommitted(state.at);
  state.partitions = partitions_of(*peers_, node_);
  for (std::size_t i = 0; i < peers_->sync.size(); ++i)
    state.workers.push_back({"database-sync/" + std::to_string(i),
                             "",
                             "",
                             peers_->oldest_of(i, state.at),
                             {}});
  state.workers.push_back({"journal-reader", "", "", std::nullopt, {}});
  auto all = std::make_shared<gathering<journal_state>>(std::move(state),
                                                        std::move(done));
  for (std::size_t i = 0; i < peers_->ledger.size(); ++i)
    ask_lag(*calls_, *peers_, node_, i, all);
  for (std::size_t i = 0; i < peers_->sync.size(); ++i)
    ask_worker(*calls_, peers_->sync[i].get(), i, all);
  ask_worker(*calls_, peers_->journal_reader.get(), peers_->sync.size(), all);
  all->note([](journal_state&) {});
}

} // namespace registrar
