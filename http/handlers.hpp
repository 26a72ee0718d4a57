#pragma once

#include "http/routes.hpp"

#include <optional>

/// Handlers parse, ask the service, render. One declaration for each route.

namespace registrar {

#define REGISTRAR_HANDLER(name)                                                \
  void name(http_context& context, const http_request& request,                \
            const std::string& id, responder respond)

/// The student whom the path names, where that is an id, who asks has a right
/// to it, and no query was sent. Else nothing, and the refusal has been
/// answered.
std::optional<student_id> read_student_path(http_context& context,
                                            const http_request& request,
                                            const std::string& id,
                                            const responder& respond);

REGISTRAR_HANDLER(handle_register);
REGISTRAR_HANDLER(handle_drop);
REGISTRAR_HANDLER(handle_registrations);

REGISTRAR_HANDLER(handle_list_sections);
REGISTRAR_HANDLER(handle_get_section);
REGISTRAR_HANDLER(handle_get_roster);
REGISTRAR_HANDLER(handle_get_waitlist);
REGISTRAR_HANDLER(handle_create_section);
REGISTRAR_HANDLER(handle_change_section);

REGISTRAR_HANDLER(handle_list_students);
REGISTRAR_HANDLER(handle_get_student);
REGISTRAR_HANDLER(handle_create_student);
REGISTRAR_HANDLER(handle_change_student);
REGISTRAR_HANDLER(handle_list_courses);
REGISTRAR_HANDLER(handle_get_course);
REGISTRAR_HANDLER(handle_create_course);
REGISTRAR_HANDLER(handle_change_course);
REGISTRAR_HANDLER(handle_list_semesters);
REGISTRAR_HANDLER(handle_get_semester);
REGISTRAR_HANDLER(handle_create_semester);
REGISTRAR_HANDLER(handle_change_semester);

REGISTRAR_HANDLER(handle_section_stream);
REGISTRAR_HANDLER(handle_student_stream);

REGISTRAR_HANDLER(handle_live);
REGISTRAR_HANDLER(handle_ready);
REGISTRAR_HANDLER(handle_health);

REGISTRAR_HANDLER(handle_metrics);
REGISTRAR_HANDLER(handle_get_log_level);
REGISTRAR_HANDLER(handle_set_log_level);

REGISTRAR_HANDLER(handle_overview);
REGISTRAR_HANDLER(handle_list_actors);
REGISTRAR_HANDLER(handle_restart_actor);
REGISTRAR_HANDLER(handle_find_sections);
REGISTRAR_HANDLER(handle_inspect_section);
REGISTRAR_HANDLER(handle_freeze_section);
REGISTRAR_HANDLER(handle_thaw_section);
REGISTRAR_HANDLER(handle_set_capacity);
REGISTRAR_HANDLER(handle_restart_section);

/// What stands in place of a refusal for want of a token.
http_response refuse_console(http_response refusal);
REGISTRAR_HANDLER(handle_console);
REGISTRAR_HANDLER(handle_get_journal);
REGISTRAR_HANDLER(handle_list_dead_letters);
REGISTRAR_HANDLER(handle_retry_dead_letters);
REGISTRAR_HANDLER(handle_discard_dead_letters);
REGISTRAR_HANDLER(handle_list_acts);
REGISTRAR_HANDLER(handle_list_traces);
REGISTRAR_HANDLER(handle_start_trace);
REGISTRAR_HANDLER(handle_get_trace);
REGISTRAR_HANDLER(handle_stop_trace);
REGISTRAR_HANDLER(handle_get_cluster);
REGISTRAR_HANDLER(handle_drain_node);
REGISTRAR_HANDLER(handle_undrain_node);
REGISTRAR_HANDLER(handle_rebalance);

REGISTRAR_HANDLER(handle_openapi);
REGISTRAR_HANDLER(handle_docs);

} // namespace registrar
