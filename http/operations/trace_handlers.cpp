#include "config/limits.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/operations/acting.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/records_json.hpp"
#include "messages/service.hpp"

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

struct wanted_trace {
  start_trace trace;
  std::string reason;
  /// The problem's code where there is no such student or section.
  std::string_view absent;
  bool is_nobody = false;
};

fallible<wanted_trace> read_trace(std::string_view body) {
  member_reader members{
    body, {"student_id", "section_id", "request_id", "for_seconds", "reason"}};
  wanted_trace result;
  auto student = members.id<student_id>("student_id");
  auto section = members.id<section_id>("section_id");
  auto work = members.id<request_id>("request_id");
  if (student.has_value() + section.has_value() + work.has_value() != 1)
    members.fault("Name exactly one of student_id, section_id and request_id.");
  if (work && work->is_nil())
    members.fault("request_id must not be nil: no request is called so.");
  // Where there is no such row, and the nil id is of none.
  result.absent = section ? "section_not_found" : "student_not_found";
  result.is_nobody
    = (student && student->is_nil()) || (section && section->is_nil());
  result.trace.subject
    = {student.value_or(student_id{}), section.value_or(section_id{}),
       work.value_or(request_id{})};
  constexpr auto most = std::chrono::seconds{limits::trace_time_max};
  auto span = members.required("for_seconds",
                               members.number("for_seconds", most.count()));
  if (span == 0)
    members.fault("for_seconds must be at least 1.");
  result.trace.span = std::chrono::seconds{span};
  result.reason = read_reason(members);
  return members.result(std::move(result));
}

fallible<uuid> trace_in_path(const http_request& request,
                             const std::string& id) {
  auto parsed = uuid::parse(id);
  if (!parsed)
    return {ec::invalid_value, "The id in the path must be an id of 8-4-4-4-12 "
                               "hexadecimal digits."};
  if (!request.query.empty())
    return {ec::invalid_value, "This path takes no query; leave it out."};
  return *parsed;
}

/// Students and sections are looked for too, where a trace is started.
http_response trace_problem(const failure& why) {
  if (why.code != ec::not_found)
    return act_problem(why);
  return problem(404, "trace_not_found",
                 why.detail + " Traces are kept for a while only.");
}

http_response subject_problem(const failure& why, std::string_view absent) {
  if (why.code != ec::not_found)
    return act_problem(why);
  return problem(404, absent, why.detail);
}

http_response trace_response(const acted<trace_view>& x) {
  json body;
  body["trace"] = to_object(x.result);
  body["audit"] = audit_text(x.is_audited);
  return ok(text_of(body));
}

} // namespace

REGISTRAR_HANDLER(handle_list_traces) {
  static_cast<void>(id);
  if (!takes_no_query(request, respond))
    return;
  json body;
  auto& traces = body["traces"] = json::array();
  for (const auto& x : context.service.operations().traces())
    traces.push_back(to_object(x));
  respond(ok(text_of(body)));
}

REGISTRAR_HANDLER(handle_start_trace) {
  static_cast<void>(id);
  auto wanted = read_trace(request.body);
  if (!wanted) {
    respond(problem(wanted.error()));
    return;
  }
  if (wanted->is_nobody) {
    respond(
      problem(404, wanted->absent, "The nil id is nobody's; give another."));
    return;
  }
  context.service.operations().start(
    wanted->trace, reason_of(context, request, std::move(wanted->reason)),
    [respond = std::move(respond),
     absent = wanted->absent](const fallible<acted<trace_view>>& x) {
      if (!x) {
        respond(subject_problem(x.error(), absent));
        return;
      }
      auto response = trace_response(*x);
      response.status = 201;
      response.headers.add("Location",
                           "/api/v1/ops/traces/" + x->result.id.to_string());
      respond(std::move(response));
    });
}

REGISTRAR_HANDLER(handle_get_trace) {
  auto trace = trace_in_path(request, id);
  if (!trace) {
    respond(problem(trace.error()));
    return;
  }
  auto content = context.service.operations().trace(*trace);
  if (!content) {
    respond(trace_problem(content.error()));
    return;
  }
  json body;
  body["trace"] = to_object(content->trace);
  auto& events = body["events"] = json::array();
  for (const auto& x : content->events)
    events.push_back(to_object(x));
  respond(ok(text_of(body)));
}

REGISTRAR_HANDLER(handle_stop_trace) {
  auto trace = trace_in_path(request, id);
  if (!trace) {
    respond(problem(trace.error()));
    return;
  }
  member_reader members{request.body, {"reason"}};
  auto reason = members.result(read_reason(members));
  if (!reason) {
    respond(problem(reason.error()));
    return;
  }
  context.service.operations().stop(
    *trace, reason_of(context, request, std::move(*reason)),
    [respond = std::move(respond)](const fallible<acted<trace_view>>& x) {
      respond(x ? trace_response(*x) : trace_problem(x.error()));
    });
}

} // namespace registrar
