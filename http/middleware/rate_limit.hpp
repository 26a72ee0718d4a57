#pragma once

#include "http/exchange.hpp"
#include "http/middleware/rate_limiter.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace registrar {

/// One rate limit and how it speaks to clients: by the fields
/// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers),
/// and by a 429 with Retry-After.
class rate_limit {
public:
  /// @param name of the limit, as the fields bear it
  /// @param whose requests count together, for the sentence
  /// @param quota 0: no limit
  rate_limit(std::string_view name, std::string_view whose, std::uint32_t quota,
             std::chrono::seconds window);

  bool is_on() const {
    return limiter_.has_value();
  }

  /// @pre is_on
  /// @param verdict is told to the client by `show`
  refusal_response judge(const rate_limiter::key& who,
                         std::optional<rate_verdict>& verdict);

  void show(const std::optional<rate_verdict>& verdict,
            header_list& headers) const;

private:
  http_response refusal(const rate_verdict& verdict) const;

  std::string name_;
  std::string whose_;
  std::uint32_t quota_;
  std::chrono::seconds window_;
  std::optional<rate_limiter> limiter_;
};

} // namespace registrar
