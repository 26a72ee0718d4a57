#define CAF_SUITE cluster_network

#include "actors/cluster_network.hpp"

#include "actors/cluster_gate.hpp"
#include "actors/tcp_probe.hpp"
#include "config/settings.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <thread>

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

constexpr auto patience = 20s;

settings at_port(std::uint16_t port) {
  settings result;
  result.cluster_host = "127.0.0.1";
  result.cluster_port = port;
  return result;
}

struct node_config : caf::actor_system_config {
  explicit node_config(const settings& config, std::uint64_t incarnation = 1) {
    add_message_types<caf::id_block::registrar>();
    cluster_network::configure(*this, config, incarnation);
  }
};

struct config_of_tomorrow : node_config {
  explicit config_of_tomorrow(const settings& config) : node_config(config, 2) {
    add_message_type<word_of_tomorrow>("registrar::word_of_tomorrow");
  }
};

/// An address whose packets are lost: a listener whose queue is full.
class black_hole {
public:
  black_hole() {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockets_.push_back(socket(AF_INET, SOCK_STREAM, 0));
    auto* address = reinterpret_cast<sockaddr*>(&place);
    socklen_t size = sizeof(place);
    CAF_REQUIRE(bind(sockets_[0], address, size) == 0);
    CAF_REQUIRE(listen(sockets_[0], 0) == 0);
    CAF_REQUIRE(getsockname(sockets_[0], address, &size) == 0);
    port_ = ntohs(place.sin_port);
    for (int i = 0; i < 4; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      static_cast<void>(connect(sockets_.back(), address, size));
    }
  }

  ~black_hole() {
    for (auto x : sockets_)
      close(x);
  }

  std::uint16_t port() const {
    return port_;
  }

private:
  std::vector<int> sockets_;
  std::uint16_t port_ = 0;
};

/// A way to a port of this machine on which every connection takes a while.
class slow_way {
public:
  slow_way(std::uint16_t to, std::chrono::milliseconds delay)
    : to_(to), delay_(delay) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    auto place = at(0);
    auto* address = reinterpret_cast<sockaddr*>(&place);
    socklen_t size = sizeof(place);
    CAF_REQUIRE(bind(listener_, address, size) == 0);
    CAF_REQUIRE(listen(listener_, 16) == 0);
    CAF_REQUIRE(getsockname(listener_, address, &size) == 0);
    port_ = ntohs(place.sin_port);
    accepting_ = std::jthread([this] { accept_all(); });
  }

  ~slow_way() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    close(listener_);
  }

  std::uint16_t port() const {
    return port_;
  }

private:
  static sockaddr_in at(std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    result.sin_port = htons(port);
    return result;
  }

  void accept_all() {
    std::vector<std::jthread> ways;
    for (;;) {
      auto from = accept(listener_, nullptr, nullptr);
      if (from < 0)
        return;
      ways.emplace_back([this, from] { carry(from); });
    }
  }

  void carry(int from) const {
    std::this_thread::sleep_for(delay_);
    auto to = socket(AF_INET, SOCK_STREAM, 0);
    auto place = at(to_);
    std::array<pollfd, 2> ends{{{from, POLLIN, 0}, {to, POLLIN, 0}}};
    auto is_open
      = connect(to, reinterpret_cast<sockaddr*>(&place), sizeof(place)) == 0;
    while (is_open && poll(ends.data(), ends.size(), -1) > 0)
      for (std::size_t i = 0; i < ends.size() && is_open; ++i)
        if (ends[i].revents != 0)
          is_open = pass_on(ends[i].fd, ends[1 - i].fd);
    close(from);
    close(to);
  }

  static bool pass_on(int from, int to) {
    std::array<char, 4096> some;
    auto count = recv(from, some.data(), some.size(), 0);
    return count > 0
           && send(to, some.data(), static_cast<std::size_t>(count),
                   MSG_NOSIGNAL)
                == count;
  }

  std::uint16_t to_;
  std::chrono::milliseconds delay_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::jthread accepting_;
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

  using found_gate = std::pair<cluster_gate_actor, failure>;

  template <class Node>
  static std::future<found_gate> look_from(Node& node, const node_card& peer,
                                           std::uint32_t protocol) {
    auto told = std::make_shared<std::promise<found_gate>>();
    auto result = told->get_future();
    node_card mine;
    mine.name = "tomorrow";
    mine.protocol = protocol;
    node.network.finder()(
      peer, {mine, nullptr}, [told](caf::strong_actor_ptr found, failure why) {
        told->set_value({caf::actor_cast<cluster_gate_actor>(found), why});
      });
    return result;
  }

  static found_gate answer_to(std::future<found_gate> question) {
    CAF_REQUIRE(question.wait_for(patience) == std::future_status::ready);
    return question.get();
  }

  /// The gate as a node with this version sees it, or why it is refused.
  found_gate greet_as(std::uint32_t protocol) {
    return answer_to(look_from(tomorrow, card, protocol));
  }

  std::string state_of(const cluster_gate_actor& there) {
    std::string result;
    caf::scoped_actor self{tomorrow.system};
    self->request(there, patience, get_status{})
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
  CAF_REQUIRE_EQUAL(why.detail, "");
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
  CAF_REQUIRE_EQUAL(why.detail, "");
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
  CAF_REQUIRE_EQUAL(why.detail, "");
  CAF_REQUIRE(there);
  auto untyped = caf::actor_cast<caf::actor>(there);
  caf::anon_send(untyped, tick{});
  caf::scoped_actor self{tomorrow.system};
  auto is_refused = false;
  self->request(untyped, patience, ping{})
    .receive([](const failure&) {},
             [&](const caf::error& error) {
               is_refused = error == caf::sec::unexpected_message;
             });
  CAF_CHECK(is_refused);
  CAF_CHECK_EQUAL(state_of(there), "running");
}

CAF_TEST(find each other while packets to a third are lost) {
  black_hole nowhere;
  node_card lost = card;
  lost.cluster = "127.0.0.1:" + std::to_string(nowhere.port());
  auto in_vain = look_from(tomorrow, lost, card.protocol);
  auto [there, why] = greet_as(card.protocol);
  CAF_REQUIRE_EQUAL(why.detail, "");
  CAF_REQUIRE(there);
  auto [nobody, no_connection] = answer_to(std::move(in_vain));
  CAF_CHECK(!nobody);
  CAF_CHECK_EQUAL(no_connection.detail, "No connection: Connection timed out.");
}

CAF_TEST(greet over a connection that a heartbeat of the middleman interrupts) {
  slow_way there{port, 300ms};
  node_card slow = card;
  slow.cluster = "127.0.0.1:" + std::to_string(there.port());
  node_of<config_of_tomorrow> fresh{at_port(0)};
  // So that the first heartbeat comes while the greeting is on its way.
  std::this_thread::sleep_for(350ms);
  auto [gate_there, why] = answer_to(look_from(fresh, slow, card.protocol));
  CAF_CHECK_EQUAL(why.detail, "");
  CAF_CHECK(gate_there);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a node is told from others in the same kind of container) {
  auto identity = [](std::uint64_t incarnation) {
    node_config config{at_port(0), incarnation};
    caf::actor_system system{config};
    return to_string(system.node());
  };
  auto one = identity(300);
  auto next = identity(301);
  CAF_CHECK_EQUAL(one.substr(38, 3), "2C#");
  CAF_CHECK_EQUAL(next.substr(38, 3), "2D#");
  CAF_CHECK_EQUAL(one.substr(0, 38), next.substr(0, 38));
}

CAF_TEST(a probe says who is there and why nobody is) {
  std::uint16_t port = 0;
  {
    black_hole once;
    port = once.port();
    CAF_CHECK(probe_tcp("127.0.0.1", port, 100ms).code
              == ec::dependency_unavailable);
  }
  CAF_CHECK_EQUAL(probe_tcp("127.0.0.1", port, patience).detail,
                  "No connection: Connection refused.");
  auto unknown = probe_tcp("no.such.host.invalid", port, patience).detail;
  CAF_CHECK_EQUAL(unknown.find("No connection: no.such.host.invalid is not "
                               "known ("),
                  0u);
}
