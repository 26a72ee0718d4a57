#pragma once

#include "config/limits.hpp"
#include "messages/errors.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace registrar {

/// When an answer may be sent (DESIGN 2).
enum class acknowledge_level : std::uint8_t {
  /// Ledger and journal hold it durably.
  journal,
  /// SQL holds it too.
  committed,
};

/// Who is let in.
enum class auth_mode : std::uint8_t {
  /// Everybody to everything; on loopback only.
  off,
  /// Whoever bears a token, to what its roles allow.
  jwt,
};

/// Everything that can be set, typed and with its default. Flags beat
/// environment (`REGISTRAR_<SECTION>_<KEY>`) beats file (TOML).
struct settings {
  /// [server] listen, trusted_proxies, io_threads
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::vector<std::string> trusted_proxies;
  std::size_t io_threads = 1;
  /// [server] drain_delay: from a stop signal to the end of the listener; until
  /// then everything is served, but `/ready` says no.
  std::chrono::milliseconds drain_delay{0};

  /// [storage] data_dir, acknowledge
  std::filesystem::path data_dir = "data";
  acknowledge_level acknowledge = acknowledge_level::journal;

  /// [redis] url, [postgres] url: `redis://HOST:PORT/DB`,
  /// `postgresql://USER@HOST:PORT/DATABASE?sslmode=...`. Given together they
  /// select the production stores; one alone is a fault.
  std::string redis_url;
  std::string postgres_url;
  /// [redis] allow_volatile_redis: serve on a Redis that can forget.
  bool allow_volatile_redis = false;
  /// [redis] sentinels `HOST:PORT,HOST:PORT`, which say where the primary of
  /// this name is; the url then gives database, user and password only.
  std::string redis_sentinels;
  std::string redis_sentinel_master = "registrar";
  /// [redis] replicas_min: how many must have what is answered; where nothing
  /// is given, 1 with sentinels and 0 without.
  std::uint32_t redis_replicas_min = 0;
  /// [redis] workers: connections that share the ledger.
  std::size_t redis_workers = limits::ledger_workers;

  /// [auth] mode; hs256_secret_file, public_key_file (PEM) and jwks_file with
  /// the keys of tokens, at least one of them with `jwt`; issuer and audience
  /// that a token must name, each not compared where empty.
  auth_mode auth = auth_mode::off;
  std::string auth_hs256_secret_file;
  std::string auth_public_key_file;
  std::string auth_jwks_file;
  std::string auth_issuer;
  std::string auth_audience;

  /// [node] name under which this server holds its ledger; empty: HOST:PORT.
  std::string node_name;

  /// [cluster] listen: where other nodes reach this one; given, several servers
  /// share the ledger. ca_file, certificate_file, key_file (PEM) are for mutual
  /// TLS, which only loopback can do without: all three or none.
  std::string cluster_host;
  std::uint16_t cluster_port = 0;
  /// [server] announce, [cluster] announce: HOST:PORT by which operators and
  /// other nodes reach this one, where that is not where it listens; empty: it
  /// is.
  std::string announced;
  std::string cluster_announced;
  std::string cluster_ca_file;
  std::string cluster_certificate_file;
  std::string cluster_key_file;

  /// [actors] threads of CAF's scheduler
  std::size_t actor_threads = 2;

  /// [log] level, and access: one line per request
  std::string log_level = "info";
  bool access_log = true;

  /// [cors] origins whose pages may use the service; empty: none.
  std::vector<std::string> cors_origins;

  /// [rate_limits] per_address, per_student in window; 0: no limit.
  std::uint32_t rate_per_address = 0;
  std::uint32_t rate_per_student = 0;
  std::chrono::seconds rate_window = limits::rate_window;

  /// [idempotency] key_ttl; durations are `24h`, `10min`, `90s`, `2000ms`
  std::chrono::seconds key_ttl = limits::key_ttl;

  /// [limits]
  std::chrono::milliseconds request_deadline = limits::request_deadline;
  std::chrono::milliseconds header_time_max = limits::header_time_max;
  std::chrono::milliseconds body_time_max = limits::body_time_max;
  std::chrono::milliseconds write_time_max = limits::write_time_max;
  std::chrono::milliseconds idle_time_max = limits::idle_time_max;
  std::size_t connections_max = limits::connections_max;
  std::size_t connections_per_address_max = limits::connections_per_address_max;
  std::size_t requests_in_flight_max = limits::requests_in_flight_max;
  std::size_t streams_max = limits::streams_max;
  std::size_t streams_per_address_max = limits::streams_per_address_max;
  std::chrono::milliseconds stream_heartbeat = limits::stream_heartbeat;
  std::uint64_t uncommitted_entries_max = limits::uncommitted_entries_max;
};

inline bool is_production(const settings& s) {
  return !s.redis_url.empty();
}

/// Whether this server shares its ledger with others (DESIGN 6).
inline bool is_clustered(const settings& s) {
  return !s.cluster_host.empty();
}

/// Memos must outlive their key.
inline std::chrono::seconds memo_ttl(const settings& s) {
  return s.key_ttl + (limits::memo_ttl - limits::key_ttl);
}

/// One fault of a configuration: where (file:line, variable, flag) and what to
/// change.
struct setting_fault {
  std::string where;
  std::string what;
};

/// Values of flags as given, by their setting's name (`server.listen`).
using setting_overrides = std::map<std::string, std::string>;

struct loaded_settings {
  settings values;
  /// All faults at once; with any, `values` must not be used.
  std::vector<setting_fault> faults;
  /// Where each setting that is not the default came from.
  std::map<std::string, std::string> origins;
};

/// Reads file (if given), environment and flags in rising order of rank.
/// Unknown keys are faults.
loaded_settings load_settings(const std::optional<std::filesystem::path>& file,
                              const setting_overrides& flags);

/// One setting for `config show`.
struct shown_setting {
  /// `server.listen`.
  std::string name;
  /// A literal that TOML and JSON both read.
  std::string value;
  std::string comment;
  /// `default`, or where it was set.
  std::string origin;
};

std::vector<shown_setting> list_settings(const loaded_settings& loaded);

/// The settings in force as TOML with comments and origins.
std::string to_toml(const loaded_settings& loaded);

} // namespace registrar
