#include "cli/top/looks.hpp"

#include "http/json_reader.hpp"

namespace registrar::top {

namespace {

constexpr auto overview_path = "/api/v1/ops/overview";
constexpr auto status_ok = 200u;
constexpr auto status_not_found = 404u;

document& document_of(documents& all, view shown) {
  switch (shown) {
    case view::journal: return all.journal;
    case view::acts: return all.acts;
    case view::actors: break;
  }
  return all.actors;
}

/// The sentence of a problem (RFC 9457), or the status alone.
std::string refusal_of(const std::string& path,
                       const document_source::reply& reply) {
  auto parsed = read_json(reply.body);
  auto detail = parsed ? text_at(*parsed, {"detail"}) : std::string{};
  auto result = "The server answered " + std::to_string(reply.status) + " to "
                + path.substr(0, path.find('?'));
  if (!detail.empty())
    return result + ": " + detail;
  if (reply.status == status_not_found)
    return result + "; it is of another version, or no Registrar.";
  return result + ".";
}

/// @return a failure where there was no answer at all.
fallible<done> ask(document_source& source, const std::string& path,
                   document& into) {
  auto reply = source.get(path);
  if (!reply)
    return reply.error();
  if (reply->status != status_ok) {
    into.problem = refusal_of(path, *reply);
    return done{};
  }
  auto parsed = read_json(reply->body);
  if (!parsed || !parsed->is_object()) {
    into.problem = "The server's answer to " + path + " is no JSON object.";
    return done{};
  }
  into = {std::move(*parsed), std::move(reply->body), ""};
  return done{};
}

} // namespace

question question_of(const view_state& state) {
  return {state.shown, path_of(state)};
}

void look(document_source& source, const question& asked, documents& into) {
  auto begun = std::chrono::system_clock::now();
  auto answered = ask(source, overview_path, into.overview);
  if (answered && into.overview.problem.empty())
    answered = ask(source, asked.path, document_of(into, asked.shown));
  auto failure = answered ? into.overview.problem : answered.error().detail;
  if (!failure.empty() && !into.is_gone())
    into.failing_since = begun;
  into.failure = failure;
  if (failure.empty())
    into.at = std::chrono::system_clock::now();
}

} // namespace registrar::top
