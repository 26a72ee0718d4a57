#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace registrar {

/// What every actor answers to `get_status`; health, metrics and the console
/// feed on it.
struct actor_status {
  /// Role, and number or id where there are several: `section/<id>`.
  std::string name;
  /// `starting`, `running`, `degraded`, `quarantined`, `stopping`, or `stopped`
  /// by an error that time does not heal.
  std::string state;
  /// The last failure's sentence, or empty.
  std::string last_failure;
  std::uint64_t restarts = 0;
  /// Named figures in a fixed order: queue depth, batches, commands, ...
  std::vector<std::pair<std::string, std::int64_t>> figures;
};

template <class Inspector>
auto inspect(Inspector& f, actor_status& x) {
  return f(x.name, x.state, x.last_failure, x.restarts, x.figures);
}

/// One dependency as /ready and /health show it.
struct dependency_status {
  std::string name;
  bool is_ready = false;
  std::string detail;
};

/// What /ready and /health answer from.
struct service_status {
  bool is_ready = false;
  std::vector<dependency_status> dependencies;
  /// Only when asked verbosely.
  std::vector<actor_status> actors;
};

} // namespace registrar
