#include "config/node_name.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/cluster_json.hpp"
#include "http/operations/operations_json.hpp"
#include "http/operations/overview.hpp"
#include "messages/outcome_text.hpp"

#include <cmath>
#include <functional>
#include <memory>

namespace registrar {

namespace {

using steady = std::chrono::steady_clock;

/// What one page is made of, all of a moment but the dependencies, which are
/// asked.
struct overview {
  std::optional<overview_totals> before;
  overview_totals last;
  process_figures process;
  service_census census;
  service_load load;
  std::size_t in_flight = 0;
  std::uint64_t connections = 0;
  std::uint64_t streams = 0;
  std::uint64_t dead_letters = 0;
  std::uint64_t sections_died = 0;
  std::string node;
  std::string listen;
  /// Where other nodes reach it; none where there are no others.
  ops_json cluster;
};

overview look(http_context& context) {
  overview x;
  const auto& http = context.meters;
  const auto& counted = context.service.meters();
  x.process = process_figures::read();
  auto fresh = overview_totals::read(http, counted, x.process, steady::now());
  std::tie(x.before, x.last) = context.history.look(fresh);
  x.census = context.service.census();
  x.load = context.service.load();
  x.in_flight = http.in_flight;
  // The closed ones first: all of them are among the others.
  auto closed = http.connections_closed.value();
  x.connections = http.connections_served.value()
                  + http.connections_turned_away.value() - closed;
  auto streams_closed = http.streams_closed.value();
  x.streams = http.streams_opened.value() - streams_closed;
  x.dead_letters = counted.dead_letters.value();
  x.sections_died = counted.sections_died.value();
  x.node = node_name_of(context.config);
  x.listen = context.config.listen_host + ":"
             + std::to_string(context.config.listen_port);
  if (is_clustered(context.config))
    x.cluster = context.config.cluster_host + ":"
                + std::to_string(context.config.cluster_port);
  return x;
}

double seconds_between(const overview& x) {
  return std::chrono::duration<double>(x.last.at - x.before->at).count();
}

ops_json rates_of(const overview& x) {
  if (!x.before)
    return nullptr;
  auto seconds = seconds_between(x);
  auto rate = [&](auto last, auto before) {
    return rounded(static_cast<double>(last - before) / seconds);
  };
  ops_json results;
  for (auto status : section_results) {
    auto i = static_cast<std::size_t>(status);
    results[std::string{word_of(status)}]
      = rate(x.last.results[i], x.before->results[i]);
  }
  results["undecided"] = rate(x.last.undecided, x.before->undecided);
  ops_json y;
  y["registrations"] = std::move(results);
  y["requests"] = rate(x.last.requests, x.before->requests);
  y["errors"] = rate(x.last.errors, x.before->errors);
  return y;
}

ops_json latency_of(const overview& x) {
  if (!x.before)
    return nullptr;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < x.last.times.size(); ++i)
    count += x.last.times[i] - x.before->times[i];
  auto quantile = [&](double share) {
    auto found = quantile_ms(*x.before, x.last, share);
    return found ? ops_json(rounded(*found)) : ops_json(nullptr);
  };
  ops_json y;
  y["count"] = count;
  y["p50_ms"] = quantile(0.5);
  y["p99_ms"] = quantile(0.99);
  return y;
}

ops_json ledger_of(const overview& x) {
  ops_json y;
  y["steps_per_second"] = nullptr;
  y["commands_per_step"] = nullptr;
  if (x.before) {
    auto steps
      = static_cast<double>(x.last.ledger_steps - x.before->ledger_steps);
    y["steps_per_second"] = rounded(steps / seconds_between(x));
    if (steps > 0)
      y["commands_per_step"]
        = rounded((x.last.ledger_commands - x.before->ledger_commands) / steps);
  }
  y["step_ms"] = milliseconds_of(x.load.ledger_time);
  return y;
}

ops_json process_of(const overview& x) {
  ops_json y;
  y["cpu"] = nullptr;
  if (x.before)
    y["cpu"] = rounded((x.last.cpu_seconds - x.before->cpu_seconds)
                       / seconds_between(x));
  y["resident_bytes"] = x.process.resident_bytes;
  y["threads"] = x.process.threads;
  y["open_files"] = x.process.open_files;
  return y;
}

ops_json sections_of(const overview& x) {
  return {{"open", x.census.sections_open},
          {"full", x.census.sections_full},
          {"frozen", x.census.sections_frozen},
          {"inactive", x.census.sections_inactive},
          {"seats", x.census.seats},
          {"seats_taken", x.census.seats_taken},
          {"waiting", x.census.students_waiting}};
}

ops_json node_of(const overview& x) {
  auto started = timestamp{
    std::chrono::milliseconds{std::llround(x.process.start_seconds * 1000)}};
  return {{"name", x.node},
          {"version", REGISTRAR_VERSION},
          {"started_at", to_rfc3339(started)}};
}

/// A server that owns its ledger alone is the only node, and one that cannot
/// ask its cluster the only one it knows.
ops_json own_node_of(const overview& x) {
  ops_json node{
    {"name", x.node},        {"http", x.listen},
    {"cluster", x.cluster},  {"alive", true},
    {"heartbeat_age_ms", 0}, {"partitions", x.census.partitions_owned}};
  return ops_json::array({std::move(node)});
}

ops_json to_object(const overview& x, const service_status& status,
                   ops_json nodes) {
  ops_json y;
  y["at"] = to_rfc3339(now_utc());
  y["interval_ms"] = nullptr;
  if (x.before)
    y["interval_ms"] = std::llround(seconds_between(x) * 1000);
  y["node"] = node_of(x);
  y["ready"] = status.is_ready;
  y["dependencies"] = ops_json::array();
  for (const auto& part : status.dependencies)
    y["dependencies"].push_back(
      {{"name", part.name}, {"ready", part.is_ready}, {"detail", part.detail}});
  y["rates"] = rates_of(x);
  y["latency"] = latency_of(x);
  y["in_flight"] = x.in_flight;
  y["connections"] = x.connections;
  y["streams"] = x.streams;
  y["journal"] = {{"uncommitted", x.load.uncommitted},
                  {"uncommitted_max", x.load.uncommitted_max},
                  {"oldest_ms", x.census.oldest_uncommitted.count()},
                  {"takes_registrations", x.census.takes_registrations}};
  y["ledger"] = ledger_of(x);
  y["sections"] = sections_of(x);
  y["students"] = x.census.students;
  y["dead_letters"] = x.dead_letters;
  y["sections_died"] = x.sections_died;
  y["process"] = process_of(x);
  y["nodes"] = std::move(nodes);
  return y;
}

/// Asks the cluster for its nodes, where there is one.
void with_nodes(operations_service& operators, const overview& x,
                std::function<void(ops_json)> then) {
  auto own = own_node_of(x);
  if (x.cluster.is_null()) {
    then(std::move(own));
    return;
  }
  operators.cluster([own = std::move(own), then = std::move(then)](
                      const fallible<cluster_state>& state) {
    then(state ? nodes_in(state->sight) : own);
  });
}

} // namespace

REGISTRAR_HANDLER(handle_overview) {
  static_cast<void>(id);
  if (!takes_no_query(request, respond))
    return;
  auto seen = std::make_shared<const overview>(look(context));
  auto& operators = context.service.operations();
  context.service.status(
    false,
    [seen, &operators, respond = std::move(respond)](service_status status) {
      with_nodes(operators, *seen,
                 [seen, status = std::move(status), respond](ops_json nodes) {
                   respond(
                     ok(text_of(to_object(*seen, status, std::move(nodes)))));
                 });
    });
}

} // namespace registrar
