#include "http/answers.hpp"
#include "http/handlers.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

json to_object(const service_status& status) {
  json x;
  x["status"] = status.is_ready ? "ready" : "not_ready";
  x["dependencies"] = json::array();
  for (const auto& dependency : status.dependencies) {
    json y;
    y["name"] = dependency.name;
    y["is_ready"] = dependency.is_ready;
    if (!dependency.detail.empty())
      y["detail"] = dependency.detail;
    x["dependencies"].push_back(std::move(y));
  }
  return x;
}

void add_actors(json& x, const service_status& status) {
  x["actors"] = json::array();
  for (const auto& actor : status.actors) {
    json y;
    y["name"] = actor.name;
    y["state"] = actor.state;
    y["restarts"] = actor.restarts;
    if (!actor.last_failure.empty())
      y["last_failure"] = actor.last_failure;
    for (const auto& [name, value] : actor.figures)
      y["figures"][name] = value;
    x["actors"].push_back(std::move(y));
  }
}

std::string dumped(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// `verbose`, with any value or none, is all these paths take.
fallible<bool> read_verbose(const std::string& query) {
  if (query.empty())
    return false;
  if (query == "verbose" || query.rfind("verbose=", 0) == 0)
    return query != "verbose=false" && query != "verbose=0";
  return {ec::invalid_value,
          "This path takes only the query parameter verbose."};
}

/// Names the parts that are not ready, so that the detail alone helps.
std::string missing_parts(const service_status& status) {
  std::string result;
  for (const auto& dependency : status.dependencies)
    if (!dependency.is_ready)
      result += (result.empty() ? "" : "; ") + dependency.name + ": "
                + dependency.detail;
  return result;
}

} // namespace

REGISTRAR_HANDLER(handle_live) {
  static_cast<void>(context);
  static_cast<void>(request);
  static_cast<void>(id);
  respond(ok(R"({"status":"live"})"));
}

REGISTRAR_HANDLER(handle_ready) {
  static_cast<void>(id);
  auto verbose = read_verbose(request.query);
  if (!verbose) {
    respond(problem(verbose.error()));
    return;
  }
  if (context.is_draining()) {
    respond(problem(503, "dependency_unavailable",
                    "Not ready: the service is about to stop."));
    return;
  }
  context.service.status(
    *verbose, [respond, verbose = *verbose](service_status status) {
      if (!status.is_ready) {
        respond(problem(503, "dependency_unavailable",
                        "Not ready: " + missing_parts(status)));
        return;
      }
      auto body = to_object(status);
      if (verbose)
        add_actors(body, status);
      respond(ok(dumped(body)));
    });
}

REGISTRAR_HANDLER(handle_health) {
  static_cast<void>(id);
  auto verbose = read_verbose(request.query);
  if (!verbose) {
    respond(problem(verbose.error()));
    return;
  }
  context.service.status(*verbose,
                         [respond, verbose = *verbose](service_status status) {
                           json body;
                           body["service"] = "registrar";
                           body["version"] = REGISTRAR_VERSION;
                           body.update(to_object(status));
                           if (verbose)
                             add_actors(body, status);
                           respond(ok(dumped(body)));
                         });
}

} // namespace registrar
