#pragma once

#include "http/exchange.hpp"
#include "messages/errors.hpp"
#include "messages/registration.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/// Problem details (RFC 9457). The only place that knows which failure has
/// which status.

namespace registrar {

/// A fault of the request itself; `code` is stable, `detail` says what to
/// change.
http_response problem(unsigned status, std::string_view code,
                      std::string_view detail);

/// The same with extension members (RFC 9457, 3.2).
http_response problem(unsigned status, std::string_view code,
                      std::string_view detail,
                      const nlohmann::ordered_json& members);

/// An operational failure; 503s carry a Retry-After that varies.
http_response problem(const failure& why);

/// The same of a question about one section, which may not be there.
http_response section_problem(const failure& why);

/// A registration that was refused as a whole, or of which sections are
/// undecided (then with the results that were decided).
http_response problem(const registration_reply& reply);

/// 401 where nobody said who asks.
http_response unauthenticated();

/// 401 of a token that is not valid, with what its sender may know.
http_response invalid_token(std::string_view detail);

/// 403 of somebody who is known and may not.
http_response forbidden(std::string_view detail);

/// 409 of a key whose attempt still runs.
http_response key_in_flight(std::chrono::milliseconds retry_after);

/// Reason phrase of a status line.
std::string_view reason_phrase(unsigned status);

} // namespace registrar
