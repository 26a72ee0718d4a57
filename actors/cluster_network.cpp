#include "actors/cluster_network.hpp"

#include "actors/tcp_probe.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/node_id.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <charconv>
#include <set>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// Other applications on CAF are refused.
constexpr auto application = "registrar";
/// A peer that was silent for this long is gone: noticed within 3 s.
constexpr auto silence_max = 2s;
constexpr auto heartbeat_interval = 500ms;
constexpr auto peer_timeout = 2s;
constexpr auto publish_timeout = 5s;

struct peer_address {
  std::string host;
  std::uint16_t port = 0;
};

/// Of HOST:PORT, where an IPv6 address stands in brackets.
peer_address peer_address_of(const std::string& text) {
  auto colon = text.rfind(':');
  if (colon == text.npos)
    return {};
  peer_address result;
  result.host = text.substr(0, colon);
  if (result.host.size() > 2 && result.host.front() == '[')
    result.host = result.host.substr(1, result.host.size() - 2);
  std::from_chars(text.data() + colon + 1, text.data() + text.size(),
                  result.port);
  return result;
}

/// Each look at it takes one from the count of actor systems.
std::uint8_t next_count(const caf::actor_system_config& caf) {
  auto id = caf::node_id::default_data::local(caf);
  return dynamic_cast<caf::node_id::default_data&>(*id).host_id().back();
}

failure sentence_for(const caf::error& why, bool has_tls,
                     const caf::actor_system& system) {
  // To the one side a certificate that is not taken is an end, to the other
  // silence.
  auto no_greeting = why == caf::sec::disconnect_during_handshake
                     || why == caf::sec::connection_timeout
                     || why == caf::sec::request_timeout;
  std::string text;
  if (!no_greeting)
    text = "No connection: " + system.render(why) + ".";
  else if (has_tls)
    text = "No greeting: it is too busy, or does not take this node's "
           "certificate, or has another authority's, or none; give both one of "
           "the authority in cluster.ca_file.";
  else
    text = "No greeting: it is too busy, or wants a certificate and this node "
           "has none (cluster.certificate_file), or is no node.";
  return {ec::dependency_unavailable, std::move(text)};
}

struct search_order {
  caf::io::middleman_actor network;
  peer_address where;
  bool has_tls = false;
  node_card peer;
  node_hello hello;
  gate_listener found;
  caf::actor_clock::time_point give_up_at;
};

/// An actor for each search: whoever waits for an answer must not block, nor
/// be known to the middleman (see `cluster_member_state`).
///
/// The middleman takes a connection that it has not read from yet for one that
/// has been silent for ever, and ends it at its next heartbeat, however young
/// it is. So that is no reason to give up: tried again at once, it has the
/// whole time between two heartbeats.
void search(caf::event_based_actor* self, const search_order& x) {
  self
    ->request(x.network, peer_timeout, caf::connect_atom::value, x.where.host,
              x.where.port)
    .then(
      [self, x](const caf::node_id&, const caf::strong_actor_ptr& gate,
                const std::set<std::string>&) {
        if (gate)
          greet(self, caf::actor_cast<cluster_gate_actor>(gate), x.peer,
                x.hello, x.found);
        else
          x.found(nullptr, {ec::dependency_unavailable,
                            "A node is there whose gate is not open yet."});
      },
      [self, x](const caf::error& why) {
        if (why == caf::sec::connection_timeout
            && self->clock().now() < x.give_up_at)
          search(self, x);
        else
          x.found(nullptr, sentence_for(why, x.has_tls, self->system()));
      });
}

} // namespace

void cluster_network::configure(caf::actor_system_config& caf,
                                const settings& config,
                                std::uint64_t incarnation) {
  while (next_count(caf) != static_cast<std::uint8_t>(incarnation - 1))
    ;
  caf.load<caf::io::middleman>();
  caf.set("middleman.app-identifiers", std::vector<std::string>{application});
  caf.set("middleman.heartbeat-interval", caf::timespan{heartbeat_interval});
  caf.set("middleman.connection-timeout", caf::timespan{silence_max});
  if (config.cluster_certificate_file.empty())
    return;
  caf.load<caf::openssl::manager>();
  caf.openssl_cafile = config.cluster_ca_file;
  caf.openssl_certificate = config.cluster_certificate_file;
  caf.openssl_key = config.cluster_key_file;
}

cluster_network::cluster_network(caf::actor_system& system,
                                 const settings& config)
  : system_(system), host_(config.cluster_host), port_(config.cluster_port),
    has_tls_(!config.cluster_certificate_file.empty()) {
}

caf::io::middleman_actor cluster_network::middleman() const {
  return has_tls_ ? system_.openssl_manager().actor_handle()
                  : system_.middleman().actor_handle();
}

fallible<done> cluster_network::publish(const cluster_gate_actor& gate) {
  std::lock_guard guard{mutex_};
  auto network = middleman();
  if (published_)
    caf::anon_send(network, caf::unpublish_atom::value, published_.address(),
                   port_);
  published_ = nullptr;
  failure why;
  caf::scoped_actor self{system_};
  self
    ->request(network, publish_timeout, caf::publish_atom::value, port_,
              caf::actor_cast<caf::strong_actor_ptr>(gate),
              system_.message_types(gate), host_, true)
    .receive([](std::uint16_t) {},
             [&](const caf::error& error) {
               why = {ec::store_unusable,
                      "Other nodes cannot be let in at " + host_ + ":"
                        + std::to_string(port_) + " (" + system_.render(error)
                        + "); choose another address with --cluster-listen."};
             });
  if (why.code != ec::none)
    return why;
  published_ = gate;
  return done{};
}

gate_finder cluster_network::finder() const {
  return [this](const node_card& peer, node_hello hello, gate_listener found) {
    search_order order{middleman(),
                       peer_address_of(peer.cluster),
                       has_tls_,
                       peer,
                       std::move(hello),
                       std::move(found),
                       system_.clock().now() + peer_timeout};
    // In a thread of its own, for a moment: it blocks.
    system_.spawn<caf::detached>([this, order = std::move(order)] {
      auto why = probe_tcp(order.where.host, order.where.port, peer_timeout);
      if (why.code == ec::none)
        system_.spawn(search, order);
      else
        order.found(nullptr, why);
    });
  };
}

} // namespace registrar
