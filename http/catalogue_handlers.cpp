#include "http/answers.hpp"
#include "http/catalogue_reader.hpp"
#include "http/handlers.hpp"
#include "http/precondition.hpp"
#include "http/query.hpp"
#include "messages/json.hpp"

namespace registrar {

namespace {

template <class Row>
http_response row_response(const Row& row) {
  auto response = ok(to_json(row));
  response.headers.add("ETag", '"' + std::to_string(row.version) + '"');
  return response;
}

template <class Row>
service::reply_to<fallible<Row>> answer_with_row(responder respond) {
  return [respond = std::move(respond)](fallible<Row> x) {
    respond(x ? row_response(*x) : problem(x.error()));
  };
}

/// GET of a list: `limit` and `cursor`, answered as `{<name>: [...]}`.
template <class Row, class Ask>
void list(const http_request& request, responder respond, const char* name,
          std::string Row::*natural_name, Ask ask) {
  auto parameters = read_query(request.query, {"limit", "cursor"});
  auto limit = parameters ? read_limit(*parameters)
                          : fallible<std::uint32_t>{parameters.error()};
  if (!limit) {
    respond(problem(limit.error()));
    return;
  }
  list_rows query;
  // One more than the page tells whether there is a next one.
  query.limit = *limit + 1;
  if (auto cursor = parameters->find("cursor"); cursor != parameters->end()) {
    auto plain = from_cursor(name, cursor->second);
    if (!plain) {
      respond(
        bad_request("cursor must be the next_cursor of the page before."));
      return;
    }
    query.after = std::move(*plain);
  }
  ask(std::move(query), [&request, respond = std::move(respond), name,
                         natural_name,
                         size = *limit](fallible<std::vector<Row>> rows) {
    if (!rows) {
      respond(problem(rows.error()));
      return;
    }
    auto has_more = rows->size() > size;
    if (has_more)
      rows->pop_back();
    std::string body = std::string{"{\""} + name + "\":[";
    for (const auto& row : *rows)
      body += (body.back() == '[' ? "" : ",") + to_json(row);
    body += ']';
    http_response response;
    if (has_more) {
      auto cursor = to_cursor(name, rows->back().*natural_name);
      body += ",\"next_cursor\":\"" + cursor + '"';
      response.headers.add("Link",
                           link_to_next(request.path, request.query, cursor));
    }
    response.body = std::move(body) + '}';
    respond(std::move(response));
  });
}

template <class Id, class Row>
void get(http_context& context, const http_request& request,
         const std::string& id, responder respond) {
  auto parsed = read_id<Id>(id, "The id in the path");
  if (parsed && !request.query.empty())
    respond(bad_request("This path takes no query; leave it out."));
  else if (parsed)
    context.service.find(*parsed, answer_with_row<Row>(std::move(respond)));
  else
    respond(problem(parsed.error()));
}

template <class Row, class Id>
void create(http_context& context, fallible<Row> row, std::string path,
            Id Row::*id, responder respond) {
  if (!row) {
    respond(problem(row.error()));
    return;
  }
  context.service.create(
    std::move(*row), [respond = std::move(respond), path, id](fallible<Row> x) {
      if (!x) {
        respond(problem(x.error()));
        return;
      }
      auto response = row_response(*x);
      response.status = 201;
      response.headers.add("Location", path + '/' + ((*x).*id).to_string());
      respond(std::move(response));
    });
}

template <class Row, class Change, class Id>
void change(http_context& context, const http_request& request,
            const std::string& path_id, fallible<Change> wanted, Id Change::*id,
            responder respond) {
  auto parsed = read_id<Id>(path_id, "The id in the path");
  auto version = read_if_match(request, etag_form::version);
  if (!parsed || !version || !wanted) {
    respond(problem(!parsed    ? parsed.error()
                    : !version ? version.error()
                               : wanted.error()));
    return;
  }
  (*wanted).*id = *parsed;
  wanted->if_version = *version;
  context.service.change(std::move(*wanted),
                         answer_with_row<Row>(std::move(respond)));
}

} // namespace

REGISTRAR_HANDLER(handle_list_students) {
  static_cast<void>(id);
  list<student>(request, std::move(respond), "students",
                &student::student_number, [&](auto query, auto done) {
                  context.service.list_students(query, std::move(done));
                });
}

REGISTRAR_HANDLER(handle_get_student) {
  get<student_id, student>(context, request, id, std::move(respond));
}

REGISTRAR_HANDLER(handle_create_student) {
  static_cast<void>(id);
  create(context, read_student(request.body), "/api/v1/students",
         &student::student_id, std::move(respond));
}

REGISTRAR_HANDLER(handle_change_student) {
  change<student>(context, request, id, read_student_change(request.body),
                  &change_student::student_id, std::move(respond));
}

REGISTRAR_HANDLER(handle_list_courses) {
  static_cast<void>(id);
  list<course>(request, std::move(respond), "courses", &course::course_code,
               [&](auto query, auto done) {
                 context.service.list_courses(query, std::move(done));
               });
}

REGISTRAR_HANDLER(handle_get_course) {
  get<course_id, course>(context, request, id, std::move(respond));
}

REGISTRAR_HANDLER(handle_create_course) {
  static_cast<void>(id);
  create(context, read_course(request.body), "/api/v1/courses",
         &course::course_id, std::move(respond));
}

REGISTRAR_HANDLER(handle_change_course) {
  change<course>(context, request, id, read_course_change(request.body),
                 &change_course::course_id, std::move(respond));
}

REGISTRAR_HANDLER(handle_list_semesters) {
  static_cast<void>(id);
  list<semester>(request, std::move(respond), "semesters",
                 &semester::semester_name, [&](auto query, auto done) {
                   context.service.list_semesters(query, std::move(done));
                 });
}

REGISTRAR_HANDLER(handle_get_semester) {
  get<semester_id, semester>(context, request, id, std::move(respond));
}

REGISTRAR_HANDLER(handle_create_semester) {
  static_cast<void>(id);
  create(context, read_semester(request.body), "/api/v1/semesters",
         &semester::semester_id, std::move(respond));
}

REGISTRAR_HANDLER(handle_change_semester) {
  change<semester>(context, request, id, read_semester_change(request.body),
                   &change_semester::semester_id, std::move(respond));
}

} // namespace registrar
