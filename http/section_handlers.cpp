#include "config/limits.hpp"
#include "http/answers.hpp"
#include "http/catalogue_reader.hpp"
#include "http/handlers.hpp"
#include "http/precondition.hpp"
#include "http/query.hpp"
#include "messages/json.hpp"

namespace registrar {

namespace {

http_response with_etag(http_response response, const section_header& header) {
  response.headers.add("ETag", etag_of(header));
  return response;
}

http_response section_response(const section_view& x) {
  auto response = with_etag(ok(to_json(x)), x.header);
  // It would be taken for the live one, whose tag it bears.
  if (x.is_stale)
    response.headers.add("Cache-Control", "no-store");
  return response;
}

service::reply_to<fallible<section_view>>
answer_with_section(responder respond) {
  return [respond = std::move(respond)](fallible<section_view> x) {
    respond(x ? section_response(*x) : section_problem(x.error()));
  };
}

/// The id of a path without a query.
fallible<section_id> section_in_path(const http_request& request,
                                     const std::string& id) {
  if (!request.query.empty())
    return {ec::invalid_value, "This path takes no query; leave it out."};
  return read_id<section_id>(id, "The section's id in the path");
}

fallible<list_sections> read_section_query(const std::string& text) {
  auto parameters = read_query(
    text, {"semester", "course", "open", "ids", "limit", "cursor"});
  if (!parameters)
    return parameters.error();
  list_sections query;
  auto limit = read_limit(*parameters);
  if (!limit)
    return limit.error();
  query.limit = *limit;
  for (const auto& [name, value] : *parameters) {
    if (value.empty())
      return {ec::invalid_value, name
                                   + " is empty; give a value or leave it "
                                     "out."};
    if (name == "semester")
      query.semester = value;
    else if (name == "course")
      query.course = value;
    else if (name == "open") {
      if (value != "true" && value != "false")
        return {ec::invalid_value, "open must be true or false."};
      query.open = value == "true";
    } else if (name == "ids") {
      auto ids = read_section_ids(value);
      if (!ids)
        return ids.error();
      query.ids = std::move(*ids);
    } else if (name == "cursor") {
      auto id = section_id::parse(value);
      if (!id)
        return {ec::invalid_value, "cursor must be the next_cursor of the page "
                                   "before."};
      query.after = *id;
    }
  }
  return query;
}

/// Asks for one row by its natural name: the first of the page that begins
/// there. Names are UTF-8, which has no byte 255, so that none lies between the
/// `after` made here and the name.
list_rows only(std::string name) {
  --name.back();
  return {1, std::move(name) + '\xff'};
}

/// Finds what is named, then creates.
struct section_creation : std::enable_shared_from_this<section_creation> {
  section_creation(http_context& given, new_section section, responder done)
    : context(given), wanted(std::move(section)), respond(std::move(done)) {
  }

  template <class Row>
  bool is_found(const fallible<std::vector<Row>>& rows,
                std::string Row::*natural_name, const std::string& name,
                const char* member) {
    if (!rows)
      respond(problem(rows.error()));
    else if (rows->empty() || rows->front().*natural_name != name)
      respond(problem({ec::not_found, std::string{"There is no "} + member + " "
                                        + name + "; create it first."}));
    else
      return true;
    return false;
  }

  void find_semester() {
    if (wanted.semester.empty()) {
      find_course();
      return;
    }
    context.service.list_semesters(
      only(wanted.semester),
      [self = shared_from_this()](fallible<std::vector<semester>> rows) {
        if (!self->is_found(rows, &semester::semester_name,
                            self->wanted.semester, "semester"))
          return;
        self->wanted.row.semester_id = rows->front().semester_id;
        self->find_course();
      });
  }

  void find_course() {
    if (wanted.course_code.empty()) {
      create();
      return;
    }
    context.service.list_courses(
      only(wanted.course_code),
      [self = shared_from_this()](fallible<std::vector<course>> rows) {
        if (!self->is_found(rows, &course::course_code,
                            self->wanted.course_code, "course_code"))
          return;
        self->wanted.row.course_id = rows->front().course_id;
        self->create();
      });
  }

  void create() {
    context.service.create(
      std::move(wanted.row),
      [respond = respond](const fallible<section_view>& x) {
        if (!x) {
          respond(problem(x.error()));
          return;
        }
        auto path = "/api/v1/sections/" + x->section.section_id.to_string();
        respond(with_etag(created(std::move(path), to_json(*x)), x->header));
      });
  }

  http_context context;
  new_section wanted;
  responder respond;
};

} // namespace

std::string etag_of(const section_header& header) {
  return '"' + std::to_string(header.settings.version) + '-'
         + std::to_string(header.sequence) + '"';
}

REGISTRAR_HANDLER(handle_list_sections) {
  static_cast<void>(id);
  auto query = read_section_query(request.query);
  if (!query) {
    respond(problem(query.error()));
    return;
  }
  context.service.sections(
    std::move(*query), [&request, respond](fallible<section_page> page) {
      if (!page) {
        respond(problem(page.error()));
        return;
      }
      auto response = ok(to_json(*page));
      if (!page->next.is_nil())
        response.headers.add("Link", link_to_next(request.path, request.query,
                                                  page->next.to_string()));
      respond(std::move(response));
    });
}

REGISTRAR_HANDLER(handle_get_section) {
  auto section = section_in_path(request, id);
  if (section)
    context.service.section(*section, answer_with_section(std::move(respond)));
  else
    respond(problem(section.error()));
}

REGISTRAR_HANDLER(handle_get_roster) {
  auto section = section_in_path(request, id);
  if (!section) {
    respond(problem(section.error()));
    return;
  }
  context.service.rows(*section, [respond](fallible<section_rows> rows) {
    respond(rows ? with_etag(ok(roster_to_json(*rows)), rows->header)
                 : section_problem(rows.error()));
  });
}

REGISTRAR_HANDLER(handle_get_waitlist) {
  auto section = section_in_path(request, id);
  if (!section) {
    respond(problem(section.error()));
    return;
  }
  context.service.rows(*section, [respond](fallible<section_rows> rows) {
    respond(rows ? with_etag(ok(waitlist_to_json(*rows)), rows->header)
                 : section_problem(rows.error()));
  });
}

REGISTRAR_HANDLER(handle_create_section) {
  static_cast<void>(id);
  auto wanted = read_section(request.body);
  if (!wanted) {
    respond(problem(wanted.error()));
    return;
  }
  std::make_shared<section_creation>(context, std::move(*wanted),
                                     std::move(respond))
    ->find_semester();
}

REGISTRAR_HANDLER(handle_change_section) {
  auto section = section_in_path(request, id);
  auto change = section ? read_section_change(request.body)
                        : fallible<change_section>{section.error()};
  if (!change) {
    respond(problem(change.error()));
    return;
  }
  auto version = read_if_match(request, etag_form::version_and_sequence);
  if (!version) {
    respond(problem(version.error()));
    return;
  }
  change->section_id = *section;
  change->if_version = *version;
  context.service.change(std::move(*change),
                         answer_with_section(std::move(respond)));
}

} // namespace registrar
