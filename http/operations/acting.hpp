#pragma once

#include "http/member_reader.hpp"
#include "http/routes.hpp"
#include "messages/operations.hpp"

#include <string>
#include <string_view>

/// What every act of an operator has in common.

namespace registrar {

/// The member `reason`, which must be there: 1 to `limits::reason_length_max`
/// characters that can be printed, and not only spaces.
std::string read_reason(member_reader& members);

/// The same where it may be left out: then empty.
std::string read_optional_reason(member_reader& members);

/// Who acts: the token's subject, or `somebody at <address>` where nobody had
/// to say. @pre called on the thread that called the handler
operator_reason reason_of(const http_context& context,
                          const http_request& request, std::string why);

/// The member `audit` of an act's answer.
constexpr std::string_view audit_text(bool is_audited) {
  return is_audited ? "written" : "pending";
}

} // namespace registrar
