#include "http/middleware/rate_limit.hpp"

#include "config/limits.hpp"
#include "http/problem.hpp"

namespace registrar {

namespace {

/// Rounded up: who waits so long does not wait in vain.
std::string whole_seconds(std::chrono::nanoseconds span) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(span).count());
}

} // namespace

rate_limit::rate_limit(std::string_view name, std::string_view whose,
                       std::uint32_t quota, std::chrono::seconds window)
  : name_('"' + std::string{name} + '"'), whose_(whose), quota_(quota),
    window_(window) {
  if (quota > 0)
    limiter_.emplace(quota, window, limits::rate_entries_max);
}

refusal_response rate_limit::judge(const rate_limiter::key& who,
                                   std::optional<rate_verdict>& verdict) {
  verdict = limiter_->take(who, rate_limiter::clock::now());
  if (verdict->is_allowed)
    return {};
  return refusal(*verdict);
}

http_response rate_limit::refusal(const rate_verdict& verdict) const {
  auto response
    = problem(429, "rate_limited",
              "There were more than " + std::to_string(quota_) + " requests "
                + whose_ + " within " + std::to_string(window_.count())
                + " s; ask again after the time in Retry-After.");
  response.headers.add("Retry-After", whole_seconds(verdict.until_next));
  return response;
}

void rate_limit::show(const std::optional<rate_verdict>& verdict,
                      header_list& headers) const {
  if (!verdict)
    return;
  headers.append("RateLimit-Policy",
                 name_ + ";q=" + std::to_string(quota_)
                   + ";w=" + std::to_string(window_.count()));
  headers.append("RateLimit", name_ + ";r=" + std::to_string(verdict->remaining)
                                + ";t=" + whole_seconds(verdict->until_reset));
}

} // namespace registrar
