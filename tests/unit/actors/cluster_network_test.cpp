#define CAF_SUITE cluster_network

#include "actors/cluster_network.hpp"

#include "actors/cluster_gate.hpp"
#include "config/settings.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <future>

#include "tests/unit/actors/dsl.hpp"

// Two versions of the service, each with an actor system of its own, that reach
// each other over a real connection.

using namespace registrar;
using namespace std::chrono_literals;

namespace {

/// What a later version says, and this one has never heard of.
struct word_of_tomorrow {
  int value = 0;
};

template <class Inspector>
auto inspect(Inspector& f, word_of_tomorrow& x) {
  return f(x.value);
}

constexpr auto deadline = 20s;

settings at_port(std::uint16_t port) {
  settings result;
  result.cluster_host = "127.0.0.1";
  result.cluster_port = port;
  return result;
}

struct node_config : caf::actor_system_config {
  explicit node_config(const settings& config) {
    add_message_types<caf::id_block::registrar>();
    cluster_network::configure(*this, config);
  }
};

struct config_of_tomorrow : node_config {
  explicit config_of_tomorrow(const settings& config) : node_config(config) {
    add_message_type<word_of_tomorrow>("registrar::word_of_tomorrow");
  }
};

template <class Config>
struct node_of {
  explicit node_of(const settings& config)
    : caf{config}, system{caf}, network{system, config} {
  }

  Config caf;
  caf::actor_system system;
  cluster_network network;
};

struct two_versions {
  two_versions() {
    card.name = "today";
    gate = today.system.spawn(cluster_gate, card, peers);
    // Port 0 would not tell which one it is.
    for (; port < 29'000; ++port)
      if (open_at(port))
        break;
    CAF_REQUIRE(port < 29'000);
    card.cluster = "127.0.0.1:" + std::to_string(port);
  }

  ~two_versions() {
    caf::anon_send_exit(gate, caf::exit_reason::user_shutdown);
  }

  bool open_at(std::uint16_t at) {
    network = std::make_unique<cluster_network>(today.system, at_port(at));
    return bool(network->publish(gate));
  }

  /// The gate as a node with this version sees it, or why it is refused.
  std::pair<cluster_gate_actor, failure> greet_as(std::uint32_t protocol) {
    auto told = std::make_shared<
      std::promise<std::pair<cluster_gate_actor, failure>>>();
    auto result = told->get_future();
    node_card mine;
    mine.name = "tomorrow";
    mine.protocol = protocol;
    tomorrow.network.finder()(
      card, {mine, nullptr}, [told](caf::strong_actor_ptr found, failure why) {
        told->set_value({caf::actor_cast<cluster_gate_actor>(found), why});
      });
    CAF_REQUIRE(result.wait_for(deadline) == std::future_status::ready);
    return result.get();
  }

  std::string state_of(const cluster_gate_actor& there) {
    std::string result;
    caf::scoped_actor self{tomorrow.system};
    self->request(there, deadline, get_status{})
      .receive(
        [&](const actor_status& x) { result = x.state; },
        [&](const caf::error& why) { result = tomorrow.system.render(why); });
    return result;
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::uint16_t port = 28'100;
  node_card card;
  node_of<node_config> today{at_port(0)};
  node_of<config_of_tomorrow> tomorrow{at_port(0)};
  std::unique_ptr<cluster_network> network;
  cluster_gate_actor gate;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(nodes_of_two_versions, two_versions)

CAF_TEST(work together where they are one step apart) {
  auto [there, why] = greet_as(card.protocol + 1);
  CAF_REQUIRE(there);
  CAF_CHECK_EQUAL(state_of(there), "running");
}

CAF_TEST(are told why they cannot where they are two steps apart) {
  auto [there, why] = greet_as(card.protocol + 2);
  CAF_CHECK(!there);
  CAF_CHECK_EQUAL(why.detail, "Node today speaks version 1 to other nodes and "
                              "tomorrow version 3; upgrade one step at a "
                              "time.");
}

CAF_TEST(survive a message that only one of them knows) {
  auto [there, why] = greet_as(card.protocol + 1);
  CAF_REQUIRE(there);
  auto untyped = caf::actor_cast<caf::actor>(there);
  caf::anon_send(untyped, word_of_tomorrow{1});
  CAF_CHECK_EQUAL(state_of(there), "running");
  // Whoever waits for an answer is not kept waiting.
  caf::scoped_actor self{tomorrow.system};
  auto is_refused = false;
  self->request(untyped, 500ms, word_of_tomorrow{2})
    .receive([](int) {}, [&](const caf::error&) { is_refused = true; });
  CAF_CHECK(is_refused);
  CAF_CHECK_EQUAL(state_of(there), "running");
}

CAF_TEST(refuse a message that is known and not for a gate) {
  auto [there, why] = greet_as(card.protocol);
  CAF_REQUIRE(there);
  auto untyped = caf::actor_cast<caf::actor>(there);
  caf::anon_send(untyped, tick{});
  caf::scoped_actor self{tomorrow.system};
  auto is_refused = false;
  self->request(untyped, deadline, ping{})
    .receive([](const failure&) {},
             [&](const caf::error& error) {
               is_refused = error == caf::sec::unexpected_message;
             });
  CAF_CHECK(is_refused);
  CAF_CHECK_EQUAL(state_of(there), "running");
}

CAF_TEST_FIXTURE_SCOPE_END()
