#include "actors/system.hpp"

#include "actors/act_log.hpp"
#include "actors/cluster_network.hpp"
#include "actors/gateway.hpp"
#include "actors/tree.hpp"
#include "config/logging.hpp"
#include "config/node_name.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <atomic>
#include <optional>
#include <thread>

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto poll_period = 20ms;
constexpr auto start_time_max = 60s;
constexpr auto ask_timeout = 5s;

node_card card_of(const settings& config, std::string run) {
  auto place = [](const std::string& host, std::uint16_t port) {
    auto is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  };
  node_card result;
  result.name = node_name_of(config);
  result.run = std::move(run);
  result.http = config.announced.empty()
                  ? place(config.listen_host, config.listen_port)
                  : config.announced;
  result.cluster = config.cluster_announced.empty()
                     ? place(config.cluster_host, config.cluster_port)
                     : config.cluster_announced;
  return result;
}

/// Waiting does not help against these.
bool prevents_start(ec code) {
  return code == ec::store_corrupt || code == ec::store_unusable
         || code == ec::store_locked;
}

template <class Actor>
failure ping_actor(caf::scoped_actor& self, const Actor& whom) {
  failure result;
  self->request(whom, ask_timeout, ping{})
    .receive([&](failure& x) { result = std::move(x); },
             [&](caf::error& x) {
               result = {ec::dependency_unavailable, self->system().render(x)};
             });
  return result;
}

} // namespace

struct actor_tree::impl {
  struct caf_config : caf::actor_system_config {
    caf_config(const settings& config, std::uint64_t incarnation) {
      add_message_types<caf::id_block::registrar>();
      // Waiting on a condition instead of polling with pauses: a request wakes
      // its actor at once.
      set("scheduler.policy", caf::atom("sharing"));
      set("scheduler.max-threads", config.actor_threads);
      if (is_clustered(config))
        cluster_network::configure(*this, config, incarnation);
    }
  };

  impl(settings given, std::shared_ptr<store_factory> stores,
       std::function<void(failure)> failed)
    : config(std::move(given)), factory(std::move(stores)),
      on_failure(std::move(failed)),
      system_config(config, factory->incarnation()), system(system_config) {
  }

  void join_cluster();
  failure ping_ledger();
  /// Whether others' sections can be asked for here.
  bool has_joined();
  /// Until another node has what this one owned.
  void leave_cluster();
  void end_actors();

  settings config;
  std::shared_ptr<store_factory> factory;
  std::function<void(failure)> on_failure;
  caf_config system_config;
  caf::actor_system system;
  std::unique_ptr<cluster_network> network;
  /// Why other nodes cannot reach this one.
  failure unpublished;
  tree_parts parts;
  supervisor_actor root;
  std::unique_ptr<gateway> service;
  std::atomic<bool> is_stopping{false};
};

void actor_tree::impl::join_cluster() {
  network = std::make_unique<cluster_network>(system, config);
  cluster_parts cluster;
  cluster.card = card_of(config, factory->run());
  cluster.find_gate = network->finder();
  cluster.publish = [this](const cluster_gate_actor& gate) {
    auto published = network->publish(gate);
    if (published)
      return;
    unpublished = published.error();
    log_error("cluster-gate-closed", "{}", unpublished.detail);
  };
  parts.cluster = std::move(cluster);
}

void actor_tree::impl::leave_cluster() {
  auto member = parts.peers->member.get();
  if (!member)
    return;
  caf::scoped_actor self{system};
  self->request(member, limits::handoff_time_max, registrar::leave_cluster{})
    .receive([](done) {},
             [&](const caf::error& why) {
               log_warn("handoff-unfinished",
                        "other nodes take this one's partitions when its "
                        "leases end: {}",
                        system.render(why));
             });
}

failure actor_tree::impl::ping_ledger() {
  failure result;
  caf::scoped_actor self{system};
  for (const auto& slot : parts.peers->ledger) {
    auto worker = slot.get();
    if (!worker)
      return {ec::dependency_unavailable, "A ledger worker is not running."};
    result = ping_actor(self, worker);
    if (result.code != ec::none)
      break;
  }
  return result;
}

bool actor_tree::impl::has_joined() {
  if (!parts.cluster)
    return true;
  auto member = parts.peers->member.get();
  caf::scoped_actor self{system};
  return member && ping_actor(self, member).code == ec::none;
}

void actor_tree::impl::end_actors() {
  is_stopping = true;
  service.reset();
  if (root)
    caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  root = nullptr;
  system.await_all_actors_done();
}

actor_tree::actor_tree(settings config, std::shared_ptr<store_factory> factory,
                       std::function<void(failure)> on_failure)
  : impl_(std::make_unique<impl>(std::move(config), std::move(factory),
                                 std::move(on_failure))) {
}

actor_tree::~actor_tree() {
  if (impl_->root)
    impl_->end_actors();
}

fallible<done> actor_tree::start() {
  auto& x = *impl_;
  x.parts = make_tree_parts(x.config, x.factory);
  x.parts.peers->end_service = [&x](failure why) {
    if (!x.is_stopping)
      x.on_failure(std::move(why));
  };
  if (is_clustered(x.config))
    x.join_cluster();
  x.root = spawn_tree(x.system, x.parts);
  x.root->attach_functor([&x](const caf::error& why) {
    if (!x.is_stopping)
      x.on_failure(
        {ec::internal, "The supervisors gave up: " + x.system.render(why)});
  });
  auto began = std::chrono::steady_clock::now();
  for (;;) {
    auto ledger
      = x.unpublished.code != ec::none ? x.unpublished : x.ping_ledger();
    auto waited = std::chrono::steady_clock::now() - began;
    // Who cannot join says so, to whoever asks whether it is ready.
    if (ledger.code == ec::none && x.parts.view->is_loaded()
        && (x.has_joined() || waited > limits::join_time_max))
      break;
    if (prevents_start(ledger.code) || waited > start_time_max) {
      if (ledger.code == ec::none)
        ledger = {ec::dependency_unavailable,
                  "The catalogue could not be read from SQL."};
      x.end_actors();
      return ledger;
    }
    std::this_thread::sleep_for(poll_period);
  }
  x.service = std::make_unique<gateway>(x.system, x.config, x.parts.peers,
                                        x.parts.view);
  return done{};
}

void actor_tree::hand_over() {
  if (impl_->parts.cluster)
    impl_->leave_cluster();
}

std::uint64_t actor_tree::stop() {
  auto& x = *impl_;
  auto deadline = std::chrono::steady_clock::now() + limits::drain_time_max;
  auto& peers = *x.parts.peers;
  auto left = peers.uncommitted.load();
  while ((left > 0 || peers.acts.size() > 0)
         && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(poll_period);
    left = peers.uncommitted.load();
  }
  x.end_actors();
  for (const auto& act : peers.acts.newest_first())
    log_lost_act(act, "SQL did not take it before the stop.");
  return left;
}

registrar::service& actor_tree::service() {
  return *impl_->service;
}

} // namespace registrar
