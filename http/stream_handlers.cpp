#include "http/answers.hpp"
#include "http/event_stream.hpp"
#include "http/handlers.hpp"
#include "http/query.hpp"

namespace registrar {

namespace {

http_response streaming(std::shared_ptr<event_stream> events) {
  http_response response;
  response.content_type = "text/event-stream";
  response.headers.add("Cache-Control", "no-store");
  // nginx, and who has it from there: each event at once.
  response.headers.add("X-Accel-Buffering", "no");
  response.stream = std::move(events);
  return response;
}

/// Answers with a stream that begins with what the client does not have.
/// @param unknown code of an id that names nothing
void watch(http_context& context, watch_request what,
           std::shared_ptr<event_stream> events, std::string_view unknown,
           responder respond) {
  what.who = events;
  context.service.watch(
    std::move(what),
    [events = std::move(events), unknown, respond = std::move(respond)](
      const fallible<std::vector<shared_state>>& states) {
      if (!states) {
        const auto& why = states.error();
        respond(why.code == ec::not_found ? problem(404, unknown, why.detail)
                                          : problem(why));
        return;
      }
      for (const auto& state : *states)
        events->changed(state);
      respond(streaming(events));
    });
}

fallible<std::vector<section_id>> read_sections(const std::string& query) {
  auto parameters = read_query(query, {"ids"});
  if (!parameters)
    return parameters.error();
  auto ids = parameters->find("ids");
  if (ids == parameters->end())
    return {ec::invalid_value,
            "Say which sections: ids=ID,ID with the ids of sections."};
  return read_section_ids(ids->second);
}

} // namespace

REGISTRAR_HANDLER(handle_section_stream) {
  static_cast<void>(id);
  auto sections = read_sections(request.query);
  if (!sections) {
    respond(problem(sections.error()));
    return;
  }
  auto events = std::make_shared<event_stream>("section", *sections,
                                               request.last_event_id);
  watch(context, {std::move(*sections), {}, {}}, std::move(events),
        "section_not_found", std::move(respond));
}

REGISTRAR_HANDLER(handle_student_stream) {
  auto student = read_student_path(context, request, id, respond);
  if (!student)
    return;
  auto events = std::make_shared<event_stream>(
    "registrations", std::vector{section_id{}}, request.last_event_id);
  watch(context, {{}, *student, {}}, std::move(events), "student_not_found",
        std::move(respond));
}

} // namespace registrar
