#include "config/setting_table.hpp"

#include "config/setting_rows.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace registrar {

namespace {

using namespace std::chrono_literals;
using namespace setting_rows;

setting listen() {
  return {"server.listen", "--listen",
          "HOST:PORT; other addresses than loopback need auth.mode",
          [](settings& into, const given_value& given) {
            std::string fault;
            if (auto value = read_listen(given, fault)) {
              into.listen_host = value->host;
              into.listen_port = value->port;
            }
            return fault;
          },
          [](const settings& from) {
            return show_text(show_place(from.listen_host, from.listen_port));
          }};
}

setting cluster_listen() {
  return {"cluster.listen", "--cluster-listen",
          "HOST:PORT where other nodes reach this one; given, several servers "
          "share the ledger; empty: this one serves it alone",
          [](settings& into, const given_value& given) {
            std::string fault;
            if (auto value = read_reachable(given, fault)) {
              into.cluster_host = value->host;
              into.cluster_port = value->port;
            }
            return fault;
          },
          [](const settings& from) {
            return show_text(is_clustered(from) ? show_place(from.cluster_host,
                                                             from.cluster_port)
                                                : "");
          }};
}

setting data_dir() {
  return {
    "storage.data_dir", "--data-dir",
    "Directory of journal.db and registrar.db, locked while in use",
    [](settings& into, const given_value& given) {
      std::string fault;
      if (auto value = read_text(given, fault))
        into.data_dir = *value;
      return fault;
    },
    [](const settings& from) { return show_text(from.data_dir.string()); }};
}

setting acknowledge() {
  return {
    "storage.acknowledge", "",
    "\"journal\": answer once ledger and journal hold it durably; "
    "\"committed\": once SQL does too",
    [](settings& into, const given_value& given) {
      static const std::array<std::string, 2> words{"journal", "committed"};
      std::string fault;
      if (auto value = read_word(given, words, fault))
        into.acknowledge = *value == words[0] ? acknowledge_level::journal
                                              : acknowledge_level::committed;
      return fault;
    },
    [](const settings& from) {
      return show_text(from.acknowledge == acknowledge_level::journal
                         ? "journal"
                         : "committed");
    }};
}

setting log_level() {
  return {"log.level", "--log-level", "trace, debug, info, warn, error or off",
          [](settings& into, const given_value& given) {
            static const std::array<std::string, 6> words{
              "trace", "debug", "info", "warn", "error", "off"};
            std::string fault;
            if (auto value = read_word(given, words, fault))
              into.log_level = *value;
            return fault;
          },
          [](const settings& from) { return show_text(from.log_level); }};
}

setting url(std::string_view name, std::string_view flag,
            std::string_view comment, std::string settings::*member,
            std::string_view scheme) {
  auto result = text(name, flag, comment, member);
  result.set = [=](settings& into, const given_value& given) {
    std::string fault;
    auto value = read_optional_text(given, fault);
    if (value && !value->empty() && !value->starts_with(scheme))
      fault = "give an address that begins with " + std::string{scheme};
    else if (value)
      into.*member = *value;
    return fault;
  };
  return result;
}

setting auth() {
  return {"auth.mode", "",
          "\"off\": everybody may everything, on loopback only; \"jwt\": "
          "whoever bears a token may what its roles allow",
          [](settings& into, const given_value& given) {
            static const std::array<std::string, 2> words{"off", "jwt"};
            std::string fault;
            if (auto value = read_word(given, words, fault))
              into.auth = *value == words[0] ? auth_mode::off : auth_mode::jwt;
            return fault;
          },
          [](const settings& from) {
            return show_text(from.auth == auth_mode::off ? "off" : "jwt");
          }};
}

setting redis_sentinels() {
  auto result = text("redis.sentinels", "",
                     "HOST:PORT,HOST:PORT of the sentinels that know where the "
                     "ledger's Redis is, in place of redis.url's host; empty: "
                     "none",
                     &settings::redis_sentinels);
  result.set = [](settings& into, const given_value& given) {
    std::string fault;
    if (auto value = read_places(given, fault))
      into.redis_sentinels = *value;
    return fault;
  };
  return result;
}

setting redis_sentinel_master() {
  auto result = text("redis.sentinel_master", "",
                     "Name of the ledger's Redis at the sentinels",
                     &settings::redis_sentinel_master);
  result.set = [](settings& into, const given_value& given) {
    std::string fault;
    if (auto value = read_text(given, fault))
      into.redis_sentinel_master = *value;
    return fault;
  };
  return result;
}

/// Where others reach what listens elsewhere: behind a proxy, in a container.
setting announced(std::string_view name, std::string_view comment,
                  std::string settings::*member) {
  auto result = text(name, "", comment, member);
  result.set = [=](settings& into, const given_value& given) {
    std::string fault;
    if (auto value = read_reachable(given, fault))
      into.*member
        = value->host.empty() ? "" : show_place(value->host, value->port);
    return fault;
  };
  return result;
}

std::vector<setting> make_table() {
  using s = settings;
  return {
    listen(),
    announced("server.announce",
              "HOST:PORT of this node's HTTP for operators of its cluster; "
              "empty: server.listen",
              &s::announced),
    list("server.trusted_proxies",
         "IP addresses whose X-Forwarded-For is believed; like loopback exempt "
         "from connections_per_address_max",
         &s::trusted_proxies, read_addresses),
    number("server.io_threads", "Threads that read and write HTTP, 1 to 64",
           &s::io_threads, 1, 64),
    duration("server.drain_delay",
             "At a stop, how long /ready says no before the listener closes, "
             "0s to 10s",
             &s::drain_delay, 0s, limits::drain_delay_max),
    auth(),
    text("auth.hs256_secret_file", "",
         "File with the secret of HS256 tokens, 32 bytes or more, not to be "
         "read by others",
         &s::auth_hs256_secret_file),
    text("auth.public_key_file", "",
         "File with the public key of RS256 or ES256 tokens, in PEM",
         &s::auth_public_key_file),
    text("auth.jwks_file", "",
         "File with public keys as JWKS, read again where it changes",
         &s::auth_jwks_file),
    text("auth.issuer", "", "What a token's iss must be; empty: anything",
         &s::auth_issuer),
    text("auth.audience", "",
         "What a token's aud must be or list; empty: anything",
         &s::auth_audience),
    data_dir(),
    acknowledge(),
    url("redis.url", "--redis",
        "redis://HOST:PORT/DB of the ledger; with postgres.url it selects the "
        "production stores",
        &s::redis_url, "redis://"),
    boolean("redis.allow_volatile_redis",
            "Serve on a Redis that can forget what it has acknowledged",
            &s::allow_volatile_redis),
    redis_sentinels(),
    redis_sentinel_master(),
    number("redis.replicas_min",
           "Replicas that must have what is answered, 0 to 10; where it is not "
           "given, 1 with redis.sentinels and 0 without",
           &s::redis_replicas_min, 0, 10),
    number("redis.workers", "Connections that share the ledger, 1 to 3",
           &s::redis_workers, 1, limits::ledger_workers_max),
    url("postgres.url", "--postgres",
        "postgresql://USER@HOST:PORT/DATABASE of SQL, with libpq's parameters",
        &s::postgres_url, "postgresql://"),
    text("node.name", "--node",
         "Name of this server as holder of its ledger, and as node of a "
         "cluster; empty: the machine's name and the port of server.listen",
         &s::node_name),
    cluster_listen(),
    announced("cluster.announce",
              "HOST:PORT by which other nodes reach this one; empty: "
              "cluster.listen",
              &s::cluster_announced),
    text("cluster.ca_file", "",
         "File with the certificate in PEM that has signed those of all nodes; "
         "with the next two for mutual TLS, which only loopback can do without",
         &s::cluster_ca_file),
    text("cluster.certificate_file", "",
         "File with this node's certificate in PEM",
         &s::cluster_certificate_file),
    text("cluster.key_file", "",
         "File with the certificate's private key in PEM, without a passphrase",
         &s::cluster_key_file),
    number("actors.threads", "Threads of the actor scheduler, 1 to 256",
           &s::actor_threads, 1, 256),
    log_level(),
    boolean("log.access", "One line for each request, at level info",
            &s::access_log),
    list("cors.origins",
         "Origins whose pages may use the service, as browsers write them: "
         "https://HOST or https://HOST:PORT; empty: none",
         &s::cors_origins, read_origins),
    number("rate_limits.per_address",
           "Requests of one address in rate_limits.window, probes aside; "
           "above, 429; 0 to 1000000, 0: no limit",
           &s::rate_per_address, 0, 1'000'000),
    number("rate_limits.per_student",
           "Requests about one student in rate_limits.window; above, 429; 0 to "
           "1000000, 0: no limit",
           &s::rate_per_student, 0, 1'000'000),
    duration("rate_limits.window", "What the limits count over, 1s to 24h",
             &s::rate_window, 1s, 24h),
    duration("idempotency.key_ttl", "Life of an idempotency key, 1min to 720h",
             &s::key_ttl, 1min, 720h),
    duration("limits.request_deadline",
             "From the end of the body to the answer, 50ms to 20s",
             &s::request_deadline, 50ms, 20s),
    duration("limits.header_time_max",
             "For the whole header of a request, 1s to 1h", &s::header_time_max,
             1s, 1h),
    duration("limits.body_time_max",
             "For the whole body of a request, 1s to 1h", &s::body_time_max, 1s,
             1h),
    duration("limits.write_time_max",
             "For a client to take a whole answer, 1s to 1h",
             &s::write_time_max, 1s, 1h),
    duration("limits.idle_time_max",
             "Life of a connection without a request, 1s to 24h",
             &s::idle_time_max, 1s, 24h),
    number("limits.connections_max", "Open connections, 1 to 1000000",
           &s::connections_max, 1, 1'000'000),
    number("limits.connections_per_address_max",
           "Of one address, except loopback and trusted proxies, 1 to 1000000",
           &s::connections_per_address_max, 1, 1'000'000),
    number("limits.requests_in_flight_max",
           "Requests being worked on; above, 503; 1 to 1000000",
           &s::requests_in_flight_max, 1, 1'000'000),
    number("limits.streams_max", "Streams of events; above, 503; 1 to 1000000",
           &s::streams_max, 1, 1'000'000),
    number("limits.streams_per_address_max",
           "Of one address, except loopback and trusted proxies, 1 to 1000000",
           &s::streams_per_address_max, 1, 1'000'000),
    duration("limits.stream_heartbeat",
             "After so much silence a stream says that it lives, 1s to 1h",
             &s::stream_heartbeat, 1s, 1h),
    number("limits.uncommitted_entries_max",
           "Journal entries that SQL does not hold yet; above, 503; 1 to "
           "100000000",
           &s::uncommitted_entries_max, 1, 100'000'000),
  };
}

/// Insertions, deletions and replacements from one word to the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (auto j = std::size_t{0}; j <= b.size(); ++j)
    row[j] = j;
  for (auto i = std::size_t{1}; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (auto j = std::size_t{1}; j <= b.size(); ++j) {
      auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

} // namespace

std::string setting::variable() const {
  auto result = "REGISTRAR_" + std::string{name};
  for (auto& c : result)
    c = c == '.'
          ? '_'
          : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

std::span<const setting> setting_table() {
  static const auto table = make_table();
  return table;
}

const setting* find_setting(std::string_view name) {
  for (auto& x : setting_table())
    if (x.name == name)
      return &x;
  return nullptr;
}

std::string suggestion(std::string_view word,
                       std::span<const std::string> known) {
  // Further away it is another word, not a slip.
  auto nearest = word.size() / 2 + 1;
  const std::string* best = nullptr;
  for (auto& candidate : known) {
    auto apart = distance(word, candidate);
    if (apart < nearest) {
      nearest = apart;
      best = &candidate;
    }
  }
  return best ? "; did you mean " + *best + "?" : "";
}

} // namespace registrar
