#include "config/limits.hpp"
#include "config/log_level.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/member_reader.hpp"
#include "http/operations/acting.hpp"
#include "messages/service.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

namespace {

struct wanted_level {
  std::string level;
  std::optional<std::chrono::seconds> span;
  /// May be empty.
  std::string reason;
};

std::string known_levels() {
  std::string result;
  for (auto name : log_level_names)
    result += (result.empty() ? "" : ", ") + std::string{name};
  return result;
}

fallible<wanted_level> read_level(std::string_view body) {
  member_reader members{body, {"level", "for_seconds", "reason"}};
  wanted_level result;
  result.level = members.required("level", members.text("level"));
  if (!is_log_level(result.level))
    members.fault("level must be one of " + known_levels() + ".");
  constexpr auto most = std::chrono::seconds{limits::log_level_time_max};
  if (auto span = members.number("for_seconds", most.count())) {
    result.span = std::chrono::seconds{*span};
    if (*span == 0)
      members.fault("for_seconds must be at least 1; leave it out where the "
                    "level is to stay.");
  }
  result.reason = read_optional_reason(members);
  return members.result(std::move(result));
}

operator_act act_of(const log_level_state& state, operator_reason why) {
  operator_act result;
  result.who = std::move(why.who);
  result.why = std::move(why.why);
  result.action = "log level set";
  result.subject = state.level;
  result.detail = state.until ? "until " + to_rfc3339(*state.until)
                              : std::string{"until it is set again"};
  return result;
}

http_response level_response(const log_level_state& state) {
  nlohmann::ordered_json x;
  x["level"] = state.level;
  x["configured"] = state.configured;
  if (state.until)
    x["until"] = to_rfc3339(*state.until);
  auto response = ok(x.dump());
  response.headers.add("Cache-Control", "no-store");
  return response;
}

} // namespace

REGISTRAR_HANDLER(handle_get_log_level) {
  static_cast<void>(context);
  static_cast<void>(id);
  if (takes_no_query(request, respond))
    respond(level_response(log_level().get()));
}

REGISTRAR_HANDLER(handle_set_log_level) {
  static_cast<void>(id);
  auto wanted = read_level(request.body);
  if (!wanted) {
    respond(problem(wanted.error()));
    return;
  }
  // Where authentication is off nobody says who asks.
  auto who
    = request.principal.subject.empty()
        ? "request " + request.request_id
        : request.principal.subject + ", request " + request.request_id + ",";
  auto state = log_level().set(wanted->level, wanted->span, who);
  auto why = reason_of(context, request, std::move(wanted->reason));
  context.service.operations().keep(
    act_of(state, std::move(why)),
    [respond = std::move(respond), state](const auto&) {
      respond(level_response(state));
    });
}

} // namespace registrar
