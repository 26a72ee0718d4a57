#include "http/operations/answer_text.hpp"

#include "http/problem.hpp"

#include <charconv>
#include <limits>

namespace registrar {

std::string text_of(const nlohmann::ordered_json& body) {
  return body.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* last = text.data() + text.size();
  auto [end, error] = std::from_chars(text.data(), last, value);
  constexpr auto most
    = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error != std::errc{} || end != last || value > most)
    return std::nullopt;
  return value;
}

http_response act_problem(failure why) {
  if (why.code == ec::in_doubt) {
    why.code = ec::dependency_unavailable;
    why.detail += " It may or may not have taken effect: look before you act "
                  "again.";
  }
  return problem(why);
}

} // namespace registrar
