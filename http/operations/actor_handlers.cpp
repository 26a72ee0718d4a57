#include "config/limits.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/member_reader.hpp"
#include "http/operations/acting.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/operations_json.hpp"
#include "http/query.hpp"

#include <array>

namespace registrar {

namespace {

struct order_name {
  std::string_view name;
  actor_order order;
};

constexpr std::array order_names{
  order_name{"name", actor_order::name},
  order_name{"state", actor_order::state},
  order_name{"messages", actor_order::messages},
  order_name{"busy", actor_order::busy},
  order_name{"depth", actor_order::depth},
  order_name{"wait", actor_order::wait},
  order_name{"restarts", actor_order::restarts},
};

std::string known_orders() {
  std::string result;
  for (const auto& x : order_names)
    result += (result.empty() ? "" : ", ") + std::string{x.name};
  return result;
}

fallible<done> read_sort(const std::string& value, list_actors& into) {
  for (const auto& x : order_names) {
    if (x.name != value)
      continue;
    into.order = x.order;
    into.is_descending = x.order != actor_order::name;
    return done{};
  }
  return {ec::invalid_value, "sort must be one of " + known_orders() + "."};
}

fallible<done> read_kind(const std::string& value, list_actors& into) {
  into.sections_only = value == "section";
  into.system_only = value == "system";
  if (into.sections_only || into.system_only || value == "all")
    return done{};
  return {ec::invalid_value, "kind must be all, section or system."};
}

fallible<list_actors> read_actor_query(const std::string& query) {
  auto given = read_query(query, {"sort", "order", "filter", "kind", "limit"});
  if (!given)
    return given.error();
  list_actors result;
  auto value_of = [&](const char* name) {
    auto found = given->find(name);
    return found == given->end() ? std::string{} : found->second;
  };
  if (given->contains("sort"))
    if (auto read = read_sort(value_of("sort"), result); !read)
      return read.error();
  if (given->contains("kind"))
    if (auto read = read_kind(value_of("kind"), result); !read)
      return read.error();
  if (given->contains("order")) {
    result.is_descending = value_of("order") == "desc";
    if (!result.is_descending && value_of("order") != "asc")
      return {ec::invalid_value, "order must be asc or desc."};
  }
  result.filter = value_of("filter");
  if (given->contains("limit")) {
    auto limit
      = read_bounded(value_of("limit"), "limit", limits::actors_listed_max);
    if (!limit)
      return limit.error();
    result.limit = *limit;
  }
  return result;
}

ops_json to_object(const actor_list& x) {
  ops_json y;
  y["at"] = to_rfc3339(x.at);
  y["interval_ms"]
    = x.interval ? ops_json(x.interval->count()) : ops_json(nullptr);
  y["total"] = x.total;
  y["matching"] = x.matching;
  y["by_state"] = ops_json::object();
  for (const auto& [state, count] : x.by_state)
    y["by_state"][state] = count;
  y["actors"] = ops_json::array();
  for (const auto& actor : x.actors)
    y["actors"].push_back(to_object(actor));
  return y;
}

void restart(http_context& context, const http_request& request,
             std::string name, std::string why, responder respond) {
  context.service.operations().restart(
    std::move(name), reason_of(context, request, std::move(why)),
    [respond = std::move(respond)](fallible<acted<actor_view>> x) {
      if (!x) {
        respond(x.error().code == ec::not_found
                  ? problem(404, "actor_not_found", x.error().detail)
                  : act_problem(x.error()));
        return;
      }
      ops_json y;
      y["actor"] = to_object(x->result);
      y["audit"] = audit_text(x->is_audited);
      respond(ok(text_of(y)));
    });
}

} // namespace

REGISTRAR_HANDLER(handle_list_actors) {
  static_cast<void>(id);
  auto query = read_actor_query(request.query);
  if (!query) {
    respond(problem(query.error()));
    return;
  }
  context.service.operations().actors(
    std::move(*query), [respond = std::move(respond)](fallible<actor_list> x) {
      respond(x ? ok(text_of(to_object(*x))) : problem(x.error()));
    });
}

REGISTRAR_HANDLER(handle_restart_actor) {
  static_cast<void>(id);
  member_reader members{request.body, {"name", "reason"}};
  auto name = members.required("name", members.text("name"));
  auto why = read_reason(members);
  auto read = members.result(std::move(name));
  if (read)
    restart(context, request, std::move(*read), std::move(why),
            std::move(respond));
  else
    respond(problem(read.error()));
}

REGISTRAR_HANDLER(handle_restart_section) {
  auto section = read_id<section_id>(id, "The section's id in the path");
  member_reader members{request.body, {"reason"}};
  auto read = members.result(read_reason(members));
  if (!section)
    respond(problem(section.error()));
  else if (!read)
    respond(problem(read.error()));
  else
    restart(context, request, "section/" + section->to_string(),
            std::move(*read), std::move(respond));
}

} // namespace registrar
