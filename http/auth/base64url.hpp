#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace registrar {

/// The bytes of a text in base64url without padding (RFC 4648, 5; RFC 7515,
/// 2). Strict: another alphabet, padding, a length that cannot be and bits that
/// are left over are refused, so that one value has one text.
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace registrar
