#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Schemas of the OpenAPI document as HTML.

namespace registrar {

/// Members stay in the order in which the document has them.
using document_json = nlohmann::ordered_json;

/// `node`, or what its `$ref` names with the members beside it; null where it
/// names nothing.
document_json resolved(const document_json& document,
                       const document_json& node);

/// The text of a member, or empty.
std::string text_of(const document_json& object, const char* member);

/// What a value may be, in a line: `string, 1 to 50 characters`.
std::string type_line(const document_json& document,
                      const document_json& schema);

/// Whose members they are: a client must know what to send, and what may be
/// missing of what it gets.
enum class direction : std::uint8_t { asked, answered };

/// Its members with what each may be, down to the last.
void append_members(std::string& out, const document_json& document,
                    const document_json& schema, direction whose);

} // namespace registrar
