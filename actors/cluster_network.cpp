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

/// An actor for each search: whoever waits for an answer must not block, nor
/// be known to the middleman (see `cluster_member_state`).
void search(caf::event_based_actor* self,
            const caf::io::middleman_actor& network, const peer_address& where,
            bool has_tls, const node_card& peer, const node_hello& hello,
            const gate_listener& found) {
  self
    ->request(network, peer_timeout, caf::connect_atom::value, where.host,
              where.port)
    .then(
      [=](const caf::node_id&, const caf::strong_actor_ptr& gate,
          const std::set<std::string>&) {
        if (gate)
          greet(self, caf::actor_cast<cluster_gate_actor>(gate), peer, hello,
                found);
        else
          found(nullptr, {ec::dependency_unavailable,
                          "A node is there whose gate is not open yet."});
      },
      [=](const caf::error& why) {
        found(nullptr, sentence_for(why, has_tls, self->system()));
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
    auto where = peer_address_of(peer.cluster);
    // In a thread of its own, for a moment: it blocks.
    system_.spawn<caf::detached>([=, this, network = middleman()] {
      auto why = probe_tcp(where.host, where.port, peer_timeout);
      if (why.code == ec::none)
        system_.spawn(search, network, where, has_tls_, peer, hello, found);
      else
        found(nullptr, why);
    });
  };
}

} // namespace registrar
