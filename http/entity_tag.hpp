#pragma once

#include <string>
#include <string_view>

namespace registrar {

/// What the tag of a compressed answer has besides, inside its quotes: it is
/// another representation of the same (RFC 9110, 8.8.3).
inline constexpr std::string_view gzip_suffix = "-gzip";

/// `"4-17"` becomes `"4-17-gzip"`. @pre `tag` is strong and quoted
std::string gzip_tag_of(std::string_view tag);

/// Without the suffix, whether it was there or not.
std::string identity_tag_of(std::string_view tag);

/// The tag of what has no version: 128 bits of the content's SHA-256.
std::string tag_of_content(std::string_view content);

/// Whether the list of an If-None-Match field names `tag`, by the weak
/// comparison; `*` names all.
bool names_tag(std::string_view list, std::string_view tag);

} // namespace registrar
