#include "actors/act_log.hpp"
#include "actors/gateway_calls.hpp"
#include "actors/operations_gateway.hpp"
#include "config/limits.hpp"

namespace registrar {

namespace {

failure not_a_node() {
  return {ec::not_found, "This server is not a node of a cluster; it owns all "
                         "partitions. See cluster.listen."};
}

/// A look that nobody answered in time changed nothing.
failure unanswered(failure why) {
  if (why.code == ec::in_doubt)
    why.code = ec::dependency_unavailable;
  return why;
}

fallible<cluster_state> state_in(cluster_reply x) {
  if (x.error.code != ec::none)
    return std::move(x.error);
  return std::move(x.state);
}

cluster_reply reply_with(failure why) {
  return {std::move(why), {}};
}

} // namespace

void operations_gateway::cluster(reply_to<cluster_state> done) {
  if (!peers_->is_clustered) {
    done(not_a_node());
    return;
  }
  calls_->ask<cluster_reply>(
    peers_->member.get(), get_cluster{}, limits::status_time_max,
    [done](cluster_reply x) { done(state_in(std::move(x))); },
    [](failure why) { return reply_with(unanswered(std::move(why))); });
}

void operations_gateway::change_cluster(change_drain change, operator_act act,
                                        reply_to<acted<cluster_state>> done) {
  if (!peers_->is_clustered) {
    done(not_a_node());
    return;
  }
  auto on_changed = [this, act = std::move(act), done](cluster_reply x) {
    auto state = state_in(std::move(x));
    if (!state) {
      done(state.error());
      return;
    }
    audit(act, [done, state = std::move(*state)](bool is_audited) {
      done(acted<cluster_state>{state, is_audited});
    });
  };
  calls_->ask<cluster_reply>(peers_->member.get(), std::move(change),
                             config_.request_deadline, std::move(on_changed),
                             reply_with);
}

void operations_gateway::drain(std::string node, bool is_drained,
                               operator_reason why,
                               reply_to<acted<cluster_state>> done) {
  auto act = act_of(std::move(why),
                    is_drained ? "node drained" : "node taken back", node, "");
  change_cluster({std::move(node), is_drained}, std::move(act),
                 std::move(done));
}

void operations_gateway::rebalance(operator_reason why,
                                   reply_to<acted<cluster_state>> done) {
  change_cluster({},
                 act_of(std::move(why), "cluster rebalanced", "cluster", ""),
                 std::move(done));
}

} // namespace registrar
