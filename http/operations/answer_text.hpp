#pragma once

#include "http/exchange.hpp"
#include "messages/errors.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace registrar {

/// As one line. Text from SQL or from a token that is no UTF-8 is shown with
/// replacements.
std::string text_of(const nlohmann::ordered_json& body);

/// A whole number of at most 63 bits, in decimal digits and nothing else.
std::optional<std::uint64_t> whole_number(std::string_view text);

/// Why an act failed. Where nobody knows whether it took effect it says so:
/// acts have no idempotency key.
http_response act_problem(failure why);

} // namespace registrar
