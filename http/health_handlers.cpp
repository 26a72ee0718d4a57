#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/query.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

void add_dependencies(json& x, const service_status& status) {
  x["dependencies"] = json::array();
  for (const auto& dependency : status.dependencies) {
    json y;
    y["name"] = dependency.name;
    y["is_ready"] = dependency.is_ready;
    if (!dependency.detail.empty())
      y["detail"] = dependency.detail;
    x["dependencies"].push_back(std::move(y));
  }
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

json to_object(const service_status& status, bool verbose) {
  json x;
  x["status"] = status.is_ready ? "ready" : "not_ready";
  add_dependencies(x, status);
  if (verbose)
    add_actors(x, status);
  return x;
}

std::string dumped(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// `verbose`, with any value or none, is all these paths take.
fallible<bool> read_verbose(const std::string& query) {
  auto parameters = read_query(query, {"verbose"});
  if (!parameters)
    return parameters.error();
  auto found = parameters->find("verbose");
  return found != parameters->end() && found->second != "false"
         && found->second != "0";
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

/// The detail alone helps; asked verbosely, it has all that a ready one has.
http_response not_ready(const service_status& status, bool verbose) {
  json members = json::object();
  if (verbose) {
    add_dependencies(members, status);
    add_actors(members, status);
  }
  return problem(503, "dependency_unavailable",
                 "Not ready: " + missing_parts(status), members);
}

} // namespace

REGISTRAR_HANDLER(handle_live) {
  static_cast<void>(context);
  static_cast<void>(id);
  if (request.query.empty())
    respond(ok(R"({"status":"live"})"));
  else
    respond(bad_request("This path takes no query; leave it out."));
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
  context.service.status(*verbose,
                         [respond, verbose = *verbose](service_status status) {
                           if (status.is_ready)
                             respond(ok(dumped(to_object(status, verbose))));
                           else
                             respond(not_ready(status, verbose));
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
                           body.update(to_object(status, verbose));
                           respond(ok(dumped(body)));
                         });
}

} // namespace registrar
