#include "http/operations/operations_json.hpp"

#include "messages/json.hpp"
#include "messages/outcome_text.hpp"
#include "messages/refusals.hpp"

#include <cmath>

namespace registrar {

namespace {

std::string_view kind_name(actor_kind kind) {
  switch (kind) {
    case actor_kind::section: return "section";
    case actor_kind::supervisor: return "supervisor";
    case actor_kind::worker: break;
  }
  return "worker";
}

std::string_view command_name(command_kind kind) {
  switch (kind) {
    case command_kind::register_student: return "register";
    case command_kind::drop: return "drop";
    case command_kind::withdraw: return "withdraw";
    case command_kind::change_settings: break;
  }
  return "change_settings";
}

} // namespace

double rounded(double x) {
  return std::round(x * 1000) / 1000;
}

ops_json milliseconds_of(std::chrono::microseconds x) {
  return rounded(std::chrono::duration<double, std::milli>(x).count());
}

ops_json to_object(const section_view& x) {
  return ops_json::parse(to_json(x));
}

ops_json to_object(const actor_view& x) {
  ops_json y;
  y["name"] = x.name;
  y["parent"] = x.parent;
  y["kind"] = kind_name(x.kind);
  y["label"] = x.label;
  y["state"] = x.state;
  y["messages"] = x.messages;
  y["messages_per_second"] = x.messages_per_second
                               ? ops_json(rounded(*x.messages_per_second))
                               : ops_json(nullptr);
  y["busy"] = x.busy ? ops_json(rounded(*x.busy)) : ops_json(nullptr);
  y["depth"] = x.depth;
  y["wait_ms"] = x.wait ? milliseconds_of(*x.wait) : ops_json(nullptr);
  y["handling_ms"]
    = x.handling_for ? ops_json(x.handling_for->count()) : ops_json(nullptr);
  y["restarts"] = x.restarts;
  if (x.restarts > 0)
    y["last_restart"]
      = {{"at", to_rfc3339(x.restarted_at)}, {"cause", x.cause}};
  if (!x.last_failure.empty())
    y["last_failure"] = x.last_failure;
  for (const auto& [name, value] : x.figures)
    y["figures"][name] = value;
  return y;
}

ops_json to_object(const past_decision& x) {
  ops_json y;
  y["at"] = to_rfc3339(x.at);
  y["request_id"] = x.request.to_string();
  if (!x.student.is_nil())
    y["student_id"] = x.student.to_string();
  y["command"] = command_name(x.command);
  y["status"] = word_of(x.status);
  if (x.waitlist_position > 0)
    y["waitlist_position"] = x.waitlist_position;
  if (x.refused) {
    y["code"] = api_code(*x.refused);
    y["detail"] = detail_of({*x.refused, x.opens_at});
  }
  y["latency_ms"] = milliseconds_of(std::chrono::microseconds{x.latency_us});
  y["by"] = x.is_by_mirror ? "mirror" : "ledger";
  return y;
}

} // namespace registrar
