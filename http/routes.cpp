#include "http/routes.hpp"

#include "http/handlers.hpp"

#include <algorithm>
#include <array>

namespace registrar {

namespace {

constexpr bool json = true;
constexpr bool personal = true;
constexpr bool probe = true;
constexpr bool yields = true;
constexpr bool streams = true;

constexpr auto everybody = access_scope::everybody;
constexpr auto any_role = access_scope::any_role;
constexpr auto self = access_scope::student_self;
constexpr auto staff = access_scope::staff;
constexpr auto admin = access_scope::admin;
constexpr auto operations = access_scope::operations;

#define V1 "/api/v1"

/// What operators look at, however many requests are in flight.
constexpr http_route ops_page(std::string_view path, handler handle,
                              bool is_live) {
  return {"GET",    path,  handle, operations, false,
          personal, probe, false,  false,      is_live};
}

/// What operators do.
constexpr http_route ops_act(std::string_view path, handler handle) {
  return {"POST", path, handle, operations, json, personal, probe};
}

constexpr bool live = true;

// Method, path, handler, whom it serves (access.hpp), and what it is about.
constexpr std::array all_routes{
  http_route{"POST", V1 "/register", handle_register, self, json, personal,
             false, yields},
  http_route{"POST", V1 "/drop", handle_drop, self, json, personal},
  http_route{"GET", V1 "/students/{id}/registrations", handle_registrations,
             self, false, personal},
  http_route{"GET", V1 "/students/{id}/stream", handle_student_stream, self,
             false, personal, false, false, streams},

  http_route{"GET", V1 "/sections", handle_list_sections, any_role},
  http_route{"GET", V1 "/sections/stream", handle_section_stream, any_role,
             false, personal, false, false, streams},
  http_route{"POST", V1 "/sections", handle_create_section, admin, json},
  http_route{"GET", V1 "/sections/{id}", handle_get_section, any_role},
  http_route{"PATCH", V1 "/sections/{id}", handle_change_section, admin, json},
  http_route{"GET", V1 "/sections/{id}/roster", handle_get_roster, staff, false,
             personal},
  http_route{"GET", V1 "/sections/{id}/waitlist", handle_get_waitlist, staff,
             false, personal},

  http_route{"GET", V1 "/students", handle_list_students, staff, false,
             personal},
  http_route{"POST", V1 "/students", handle_create_student, admin, json,
             personal},
  http_route{"GET", V1 "/students/{id}", handle_get_student, staff, false,
             personal},
  http_route{"PATCH", V1 "/students/{id}", handle_change_student, admin, json,
             personal},

  http_route{"GET", V1 "/courses", handle_list_courses, any_role},
  http_route{"POST", V1 "/courses", handle_create_course, admin, json},
  http_route{"GET", V1 "/courses/{id}", handle_get_course, any_role},
  http_route{"PATCH", V1 "/courses/{id}", handle_change_course, admin, json},

  http_route{"GET", V1 "/semesters", handle_list_semesters, any_role},
  http_route{"POST", V1 "/semesters", handle_create_semester, admin, json},
  http_route{"GET", V1 "/semesters/{id}", handle_get_semester, any_role},
  http_route{"PATCH", V1 "/semesters/{id}", handle_change_semester, admin,
             json},

  http_route{"GET", V1 "/ops/log-level", handle_get_log_level, operations},
  http_route{"PUT", V1 "/ops/log-level", handle_set_log_level, operations,
             json},

  ops_page(V1 "/ops/overview", handle_overview, live),
  ops_page(V1 "/ops/actors", handle_list_actors, live),
  ops_act(V1 "/ops/actors/restart", handle_restart_actor),
  ops_page(V1 "/ops/sections", handle_find_sections, false),
  ops_page(V1 "/ops/sections/{id}", handle_inspect_section, live),
  ops_act(V1 "/ops/sections/{id}/freeze", handle_freeze_section),
  ops_act(V1 "/ops/sections/{id}/thaw", handle_thaw_section),
  ops_act(V1 "/ops/sections/{id}/capacity", handle_set_capacity),
  ops_act(V1 "/ops/sections/{id}/restart", handle_restart_section),
  ops_page(V1 "/ops/journal", handle_get_journal, live),
  ops_page(V1 "/ops/dead-letters", handle_list_dead_letters, false),
  ops_act(V1 "/ops/dead-letters/retry", handle_retry_dead_letters),
  ops_act(V1 "/ops/dead-letters/discard", handle_discard_dead_letters),
  ops_page(V1 "/ops/acts", handle_list_acts, false),
  ops_page(V1 "/ops/traces", handle_list_traces, false),
  ops_act(V1 "/ops/traces", handle_start_trace),
  ops_page(V1 "/ops/traces/{id}", handle_get_trace, live),
  ops_act(V1 "/ops/traces/{id}/stop", handle_stop_trace),
  ops_page(V1 "/ops/cluster", handle_get_cluster, live),
  ops_act(V1 "/ops/cluster/drain", handle_drain_node),
  ops_act(V1 "/ops/cluster/undrain", handle_undrain_node),
  ops_act(V1 "/ops/cluster/rebalance", handle_rebalance),

  http_route{"GET", "/metrics", handle_metrics, operations, false, false,
             probe},
  http_route{"GET", "/live", handle_live, everybody, false, false, probe},
  http_route{"GET", "/ready", handle_ready, everybody, false, false, probe},
  http_route{"GET", "/health", handle_health, everybody, false, false, probe},

  http_route{"GET", "/console", handle_console, operations, false, false, false,
             false, false, false, refuse_console},
  http_route{"GET", "/openapi.json", handle_openapi, everybody},
  http_route{"GET", "/docs", handle_docs, everybody},
};

/// The target of an OPTIONS that asks about the server.
constexpr std::string_view whole_server = "*";

std::string_view take_segment(std::string_view& path) {
  auto end = std::min(path.find('/'), path.size());
  auto segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

bool fits(std::string_view pattern, std::string_view path, std::string& id) {
  while (!pattern.empty() && !path.empty()) {
    auto wanted = take_segment(pattern);
    auto given = take_segment(path);
    if (wanted == "{id}" && !given.empty())
      id = given;
    else if (wanted != given)
      return false;
  }
  return pattern.empty() && path.empty();
}

/// Whether a pattern without `{id}` is this path: `/sections/stream` is no
/// section.
bool is_literal(std::string_view path) {
  return std::any_of(all_routes.begin(), all_routes.end(),
                     [&](const auto& x) { return x.pattern == path; });
}

} // namespace

std::span<const http_route> routes() {
  return all_routes;
}

route_match match_route(std::string_view method, std::string_view path) {
  route_match result;
  // A slash at the end would name another resource.
  if (path.size() > 1 && path.back() == '/')
    return result;
  auto must_equal = is_literal(path);
  for (const auto& route : all_routes) {
    std::string id;
    auto is_it
      = must_equal ? route.pattern == path : fits(route.pattern, path, id);
    if (path != whole_server && !is_it)
      continue;
    if (path != whole_server
        && (route.method == method
            || (route.method == "GET" && method == "HEAD")))
      return {&route, std::move(id), ""};
    if (result.allowed.find(route.method) != std::string::npos)
      continue;
    result.allowed += route.method;
    result.allowed += route.method == "GET" ? ", HEAD, " : ", ";
  }
  if (!result.allowed.empty())
    result.allowed += "OPTIONS";
  return result;
}

} // namespace registrar
