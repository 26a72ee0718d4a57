#include "config/limits.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/idempotency.hpp"
#include "http/json_reader.hpp"
#include "http/metrics/http_meters.hpp"
#include "messages/json.hpp"

#include <algorithm>
#include <memory>

namespace registrar {

namespace {

/// A registration on its way: one object from the first byte to the answer.
struct registration_exchange
  : std::enable_shared_from_this<registration_exchange> {
  using clock = std::chrono::steady_clock;

  registration_exchange(http_context& given, responder done,
                        registration_request wanted)
    : context(given), respond(std::move(done)), request(std::move(wanted)) {
  }

  // -- the life of a request with a key begins and ends with these ------------

  void begin(const registrar::fingerprint& print);
  void on_begun(key_begun begun);
  void complete(http_response response);
  void on_completed(key_completed completed, http_response response);
  void release(http_response response);

  // -- what both kinds of requests do -----------------------------------------

  void submit();
  void on_reply(const registration_reply& reply);

  http_context context;
  responder respond;
  registration_request request;
  /// Empty key: none was given.
  key_scope scope;
  std::uint32_t attempt = 1;
  clock::time_point deadline = clock::now() + context.config.request_deadline;
};

http_response replayed(std::string body) {
  auto response = ok(std::move(body));
  response.headers.add("Idempotency-Replayed", "true");
  return response;
}

void registration_exchange::begin(const registrar::fingerprint& print) {
  begin_key command;
  command.scope = scope;
  command.fingerprint = print;
  command.lease = context.config.request_deadline + limits::lease_margin;
  command.ttl = context.config.key_ttl;
  context.service.begin(std::move(command),
                        [self = shared_from_this()](key_begun begun) {
                          self->on_begun(std::move(begun));
                        });
}

void registration_exchange::on_begun(key_begun begun) {
  context.meters.begun(begun);
  if (begun.error.code != ec::none) {
    respond(problem(begun.error));
    return;
  }
  switch (begun.state) {
    case key_state::begun:
      attempt = request.attempt = begun.attempt;
      submit();
      break;
    case key_state::in_flight: respond(key_in_flight(begun.retry_after)); break;
    case key_state::stored: respond(replayed(std::move(begun.response))); break;
    case key_state::mismatch:
      respond(problem(422, "key_mismatch",
                      "This Idempotency-Key was used with other data; use a "
                      "new key for a new request."));
      break;
  }
}

void registration_exchange::submit() {
  using std::chrono::milliseconds;
  auto left = std::chrono::duration_cast<milliseconds>(deadline - clock::now());
  request.time_left = std::max(left, milliseconds{1});
  context.service.submit(std::move(request),
                         [self = shared_from_this()](registration_reply reply) {
                           self->on_reply(reply);
                         });
}

void registration_exchange::on_reply(const registration_reply& reply) {
  context.meters.replied(request.route, reply);
  auto is_decided
    = reply.refused == request_refusal::none && reply.error.code == ec::none;
  auto response = is_decided ? ok(to_json(reply)) : problem(reply);
  if (scope.key.empty())
    respond(std::move(response));
  else if (is_storable(reply))
    complete(std::move(response));
  else
    release(std::move(response));
}

/// Stores the answer, and sends it once it is stored.
void registration_exchange::complete(http_response response) {
  complete_key command;
  command.scope = scope;
  command.attempt = attempt;
  command.response = response.body;
  context.service.complete(
    std::move(command),
    [self = shared_from_this(),
     response = std::move(response)](key_completed completed) mutable {
      self->on_completed(std::move(completed), std::move(response));
    });
}

void registration_exchange::on_completed(key_completed completed,
                                         http_response response) {
  if (completed.error.code != ec::none)
    respond(problem(completed.error));
  else if (completed.accepted)
    respond(std::move(response));
  else if (!completed.response.empty())
    respond(replayed(std::move(completed.response)));
  else
    respond(key_in_flight(limits::lease_margin));
}

/// Ends the lease and stores nothing. A 503 is not held up by it: where the
/// store is what fails, the lease ends by itself.
void registration_exchange::release(http_response response) {
  complete_key command;
  command.scope = scope;
  command.attempt = attempt;
  command.keep = false;
  if (response.status == 503) {
    context.service.complete(std::move(command), [](const key_completed&) {});
    respond(std::move(response));
    return;
  }
  context.service.complete(
    std::move(command),
    [self = shared_from_this(), response = std::move(response)](
      const key_completed&) mutable { self->respond(std::move(response)); });
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
    respond(problem(body.error()));
    return;
  }
  registration_request wanted;
  wanted.route = which;
  wanted.trace = request.trace;
  if (auto read = read_ids(*body, wanted); !read) {
    respond(problem(read.error()));
    return;
  }
  if (auto refusal = context.about(wanted.student)) {
    respond(std::move(*refusal));
    return;
  }
  auto key = read_key(request.idempotency_key,
                      body->has_key ? &body->idempotency_key : nullptr);
  if (!key) {
    respond(problem(key.error()));
    return;
  }
  auto x = std::make_shared<registration_exchange>(context, std::move(respond),
                                                   std::move(wanted));
  if (key->empty()) {
    x->request.request = request_id::random();
    x->request.memo_ttl = limits::memo_ttl_without_key;
    context.works_on(x->request.request);
    x->submit();
    return;
  }
  x->scope = {x->request.student, which, std::move(*key)};
  auto print = fingerprint_of(x->request);
  x->request.request = request_id_of(x->scope, print);
  x->request.memo_ttl = memo_ttl(context.config);
  context.works_on(x->request.request);
  x->begin(print);
}

} // namespace

REGISTRAR_HANDLER(handle_register) {
  static_cast<void>(id);
  handle(context, request, route::register_sections, std::move(respond));
}

REGISTRAR_HANDLER(handle_drop) {
  static_cast<void>(id);
  handle(context, request, route::drop_sections, std::move(respond));
}

std::optional<student_id> read_student_path(http_context& context,
                                            const http_request& request,
                                            const std::string& id,
                                            const responder& respond) {
  auto student = read_id<student_id>(id, "The student's id in the path");
  if (!student || !request.query.empty()) {
    respond(bad_request(student ? "This path takes no query; leave it out."
                                : student.error().detail));
    return std::nullopt;
  }
  if (auto refusal = context.about(*student)) {
    respond(std::move(*refusal));
    return std::nullopt;
  }
  return *student;
}

REGISTRAR_HANDLER(handle_registrations) {
  auto student = read_student_path(context, request, id, respond);
  if (!student)
    return;
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
