#include "http/middleware/authentication.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"
#include "http/problem.hpp"
#include "messages/assertion.hpp"

#include <boost/beast/core/string.hpp>

namespace registrar {

namespace {

unix_seconds now() {
  return std::chrono::duration_cast<unix_seconds>(
    std::chrono::system_clock::now().time_since_epoch());
}

/// The token behind `Bearer`; empty where another scheme is used.
std::string_view token_in(std::string_view field) {
  static constexpr std::string_view scheme = "Bearer ";
  if (!boost::beast::iequals(field.substr(0, scheme.size()), scheme))
    return {};
  field.remove_prefix(scheme.size());
  auto first = field.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view{}
                                         : field.substr(first);
}

} // namespace

fallible<done> authentication::start() {
  if (config_.auth == auth_mode::off)
    return done{};
  auto opened = authenticator::open(config_);
  if (!opened)
    return opened.error();
  authenticator_ = std::move(*opened);
  return done{};
}

refusal_response authentication::enter(http_exchange& x) {
  if (config_.auth == auth_mode::off) {
    x.head.request.principal = principal::anybody();
    return {};
  }
  if (x.head.route == nullptr || x.head.route->scope == access_scope::everybody)
    return {};
  if (auto refusal = identify(x)) {
    auto ask_for_token = x.head.route->ask_for_token;
    return ask_for_token != nullptr && refusal->status == 401
             ? ask_for_token(std::move(*refusal))
             : refusal;
  }
  if (!may_use(x.head.route->scope, x.head.request.principal.roles))
    return forbidden("This takes another role than your token has.");
  return {};
}

/// Finds out who asks, or why that cannot be said.
refusal_response authentication::identify(http_exchange& x) {
  auto count = x.head.fields.count("Authorization");
  if (count > 1)
    return problem(400, "invalid_request",
                   "Authorization is there twice; say it once.");
  auto token = token_in(x.field("Authorization"));
  if (token.empty())
    return unauthenticated();
  REGISTRAR_ASSERT(authenticator_ != nullptr);
  auto verdict = authenticator_->judge(token, now());
  if (!verdict) {
    log_debug("token-refused", "token was refused: {}, request {}",
              to_string(verdict.fault), x.head.request.request_id);
    return invalid_token(description_of(verdict.fault));
  }
  x.head.request.principal = std::move(verdict.token.who);
  x.head.request.may_until = std::chrono::system_clock::time_point{
    verdict.token.expires + limits::token_skew};
  return {};
}

refusal_response authentication::about(http_exchange& x,
                                       const student_id& student) const {
  if (may_ask_about(x.head.request.principal, student))
    return {};
  return forbidden("Your token is another student's than this is about.");
}

} // namespace registrar
