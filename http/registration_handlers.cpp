#include "config/limits.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/idempotency.hpp"
#include "http/json_reader.hpp"
#include "messages/json.hpp"

namespace registrar {

namespace {

/// A registration on its way: one object from the first byte to the answer.
struct registration_exchange {
  http_context context;
  responder respond;
  registration_request request;
  bool has_key = false;
  key_scope scope;

  void begin(std::shared_ptr<registration_exchange> self,
             const registrar::fingerprint& print);
  void submit(std::shared_ptr<registration_exchange> self);
  void finish(const registration_reply& reply,
              std::shared_ptr<registration_exchange> self);
};

http_response replayed(std::string body) {
  auto response = ok(std::move(body));
  response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

void registration_exchange::begin(std::shared_ptr<registration_exchange> self,
                                  const registrar::fingerprint& print) {
  begin_key command;
  command.scope = scope;
  command.fingerprint = print;
  command.lease = context.config.request_deadline + limits::lease_margin;
  command.ttl = context.config.key_ttl;
  context.service.begin(std::move(command), [self](key_begun begun) {
    if (begun.error.code != ec::none) {
      self->respond(problem(begun.error));
      return;
    }
    switch (begun.state) {
      case key_state::begun:
        self->request.attempt = begun.attempt;
        self->submit(self);
        break;
      case key_state::in_flight:
        self->respond(key_in_flight(begun.retry_after));
        break;
      case key_state::stored:
        self->respond(replayed(std::move(begun.response)));
        break;
      case key_state::mismatch:
        self->respond(problem(
          422, "key_mismatch",
          "This Idempotency-Key was used with other data; use a new key for "
          "a new request."));
        break;
    }
  });
}

void registration_exchange::submit(
  std::shared_ptr<registration_exchange> self) {
  request.time_left = context.config.request_deadline;
  context.service.submit(
    request, [self](registration_reply reply) { self->finish(reply, self); });
}

void registration_exchange::finish(
  const registration_reply& reply,
  std::shared_ptr<registration_exchange> self) {
  auto is_whole
    = reply.refused == request_refusal::none && reply.error.code == ec::none;
  auto response = is_whole ? ok(to_json(reply)) : problem(reply);
  if (!has_key) {
    respond(std::move(response));
    return;
  }
  complete_key command;
  command.scope = scope;
  command.attempt = request.attempt;
  command.keep = is_storable(reply);
  if (command.keep)
    command.response = response.body;
  auto keep = command.keep;
  context.service.complete(
    std::move(command),
    [self, keep, response = std::move(response)](key_completed x) mutable {
      // Nothing was to be kept: the answer holds, the lease ends by itself.
      if (!keep)
        self->respond(std::move(response));
      else if (x.error.code != ec::none)
        self->respond(problem(x.error));
      else if (x.accepted)
        self->respond(std::move(response));
      else if (!x.response.empty())
        self->respond(replayed(std::move(x.response)));
      else
        self->respond(key_in_flight(limits::lease_margin));
    });
}

fallible<done> read_ids(const registration_body& body,
                        registration_request& request) {
  auto student = read_id<student_id>(body.student_id, "student_id");
  if (!student)
    return student.error();
  request.student = *student;
  if (body.section_ids.empty()
      || body.section_ids.size() > limits::sections_per_request_max)
    return {ec::invalid_value,
            "section_ids must hold 1 to "
              + std::to_string(limits::sections_per_request_max)
              + " ids; it holds " + std::to_string(body.section_ids.size())
              + "."};
  for (std::size_t i = 0; i < body.section_ids.size(); ++i) {
    auto section = read_id<section_id>(
      body.section_ids[i], "section_ids[" + std::to_string(i) + "]");
    if (!section)
      return section.error();
    request.sections.push_back(*section);
  }
  return done{};
}

void handle(http_context& context, const http_request& request, route which,
            responder respond) {
  auto body = read_registration_body(request.body);
  if (!body) {
    respond(bad_request(body.error().detail));
    return;
  }
  registration_request wanted;
  wanted.route = which;
  if (auto read = read_ids(*body, wanted); !read) {
    respond(bad_request(read.error().detail));
    return;
  }
  auto key = read_key(request.idempotency_key,
                      body->has_key ? &body->idempotency_key : nullptr);
  if (!key) {
    respond(bad_request(key.error().detail));
    return;
  }
  auto x = std::make_shared<registration_exchange>(registration_exchange{
    context, std::move(respond), std::move(wanted), !key->empty(), {}});
  if (!x->has_key) {
    x->request.request = request_id::random();
    x->request.memo_ttl = limits::memo_ttl_without_key;
    x->submit(x);
    return;
  }
  x->scope = {x->request.student, which, *key};
  auto print = fingerprint_of(x->request);
  x->request.request = request_id_of(x->scope, print);
  x->request.memo_ttl = memo_ttl(context.config);
  x->begin(x, print);
}

} // namespace

REGISTRAR_HANDLER(handle_register) {
  static_cast<void>(id);
  handle(context, *request, route::register_sections, std::move(respond));
}

REGISTRAR_HANDLER(handle_drop) {
  static_cast<void>(id);
  handle(context, *request, route::drop_sections, std::move(respond));
}

REGISTRAR_HANDLER(handle_registrations) {
  auto student = read_id<student_id>(id, "The student's id in the path");
  if (!student || !request->query.empty()) {
    respond(bad_request(student ? "This path takes no query; leave it out."
                                : student.error().detail));
    return;
  }
  context.service.registrations(
    *student, [student = *student,
               respond](fallible<std::vector<registration_view>> rows) {
      if (rows)
        respond(ok(to_json(student, *rows)));
      else if (rows.error().code == ec::not_found)
        respond(problem(404, "student_not_found", rows.error().detail));
      else
        respond(problem(rows.error()));
    });
}

} // namespace registrar
