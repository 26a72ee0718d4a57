#include "http/operations/records_json.hpp"

#include "http/operations/operations_json.hpp"

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

json milliseconds_or_null(const std::optional<std::chrono::milliseconds>& x) {
  return x ? json(x->count()) : json(nullptr);
}

template <class Id>
void put_id(json& to, const char* name, const Id& id) {
  if (!id.is_nil())
    to[name] = id.to_string();
}

json to_object(const partition_lag& x) {
  return {{"id", x.partition},
          {"owner", x.owner},
          {"epoch", x.epoch},
          {"lease_held", x.holds_lease},
          {"uncommitted", or_null(x.uncommitted)}};
}

json to_object(const sync_worker_lag& x) {
  auto figures = json::object();
  for (const auto& [name, value] : x.figures)
    figures[name] = value;
  return {{"name", x.name},
          {"state", x.state},
          {"last_failure", x.last_failure},
          {"oldest_ms", milliseconds_or_null(x.oldest)},
          {"figures", std::move(figures)}};
}

template <class Rows>
json rows_of_journal(const Rows& rows) {
  auto result = json::array();
  for (const auto& x : rows)
    result.push_back(to_object(x));
  return result;
}

} // namespace

json to_object(const dead_letter_view& x) {
  json result;
  result["dead_letter_id"] = x.id.to_string();
  result["section_id"] = x.section.to_string();
  put_id(result, "student_id", x.student);
  put_id(result, "registration_id", x.registration);
  result["sequence"] = x.sequence;
  result["kind"] = x.kind;
  result["sqlstate"] = x.sqlstate;
  result["reason"] = x.reason;
  result["created_at"] = to_rfc3339(x.at);
  result["can_retry"] = x.can_be_retried;
  // Kept as it was written; what somebody put there by hand may be no JSON.
  auto entry = json::parse(x.entry, nullptr, false);
  result["entry"] = entry.is_object() ? std::move(entry) : json::object();
  return result;
}

json to_object(const dead_letter_result& x) {
  return {{"dead_letter_id", x.id.to_string()},
          {"status", x.status},
          {"detail", x.detail}};
}

json to_object(const operator_act& x) {
  json result;
  if (x.id != 0)
    result["act_id"] = x.id;
  result["at"] = to_rfc3339(x.at);
  result["who"] = x.who;
  result["action"] = x.action;
  result["subject"] = x.subject;
  result["reason"] = x.why;
  result["detail"] = x.detail;
  return result;
}

json to_object(const journal_state& x) {
  return {{"at", to_rfc3339(x.at)},
          {"uncommitted", x.uncommitted},
          {"uncommitted_max", x.uncommitted_max},
          {"takes_registrations", x.takes_registrations},
          {"takes_drops", x.takes_drops},
          {"oldest_ms", x.oldest.count()},
          {"partitions", rows_of_journal(x.partitions)},
          {"workers", rows_of_journal(x.workers)}};
}

json to_object(const trace_view& x) {
  json result;
  result["trace_id"] = x.id.to_string();
  put_id(result, "student_id", x.subject.student);
  put_id(result, "section_id", x.subject.section);
  put_id(result, "request_id", x.subject.request);
  result["who"] = x.who;
  result["reason"] = x.why;
  result["started_at"] = to_rfc3339(x.started_at);
  result["until"] = to_rfc3339(x.until);
  result["running"] = x.is_running;
  result["events"] = x.events;
  result["forgotten"] = x.forgotten;
  return result;
}

json to_object(const trace_event& x) {
  json result;
  result["at"] = to_rfc3339(x.at);
  result["step"] = x.step;
  put_id(result, "request_id", x.request);
  put_id(result, "student_id", x.student);
  put_id(result, "section_id", x.section);
  result["detail"] = x.detail;
  if (x.took)
    result["took_ms"] = static_cast<double>(x.took->count()) / 1000;
  return result;
}

} // namespace registrar
