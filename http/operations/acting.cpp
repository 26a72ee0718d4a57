#include "http/operations/acting.hpp"

#include "config/limits.hpp"
#include "http/middleware/http_exchange.hpp"

namespace registrar {

namespace {

/// The controls U+0080 to U+009F, which are two bytes each, and the
/// separators U+2028 and U+2029, which break lines in a log as well.
bool breaks_lines(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    auto next = static_cast<unsigned char>(text[i + 1]);
    if (text[i] == '\xc2' && next >= 0x80 && next < 0xa0)
      return true;
  }
  return text.find("\u2028") != std::string_view::npos
         || text.find("\u2029") != std::string_view::npos;
}

void judge(member_reader& members, std::string_view text) {
  if (breaks_lines(text))
    members.fault("reason holds a control character; leave it out.");
  if (text.find_first_not_of(' ') == std::string_view::npos)
    members.fault("reason must say something, not only spaces.");
}

} // namespace

std::string read_reason(member_reader& members) {
  auto given = members.text("reason", limits::reason_length_max);
  if (given)
    judge(members, *given);
  return members.required("reason", std::move(given));
}

std::string read_optional_reason(member_reader& members) {
  auto given = members.text("reason", limits::reason_length_max);
  if (given)
    judge(members, *given);
  return given.value_or("");
}

operator_reason reason_of(const http_context& context,
                          const http_request& request, std::string why) {
  auto who = request.principal.subject;
  if (who.empty())
    who = "somebody at " + std::string{context.exchange.address};
  return {std::move(who), std::move(why), request.request_id};
}

} // namespace registrar
