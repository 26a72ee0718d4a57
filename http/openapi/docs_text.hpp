#pragma once

#include <string>
#include <string_view>

/// Text on its way into HTML. Whatever the document holds, only our own tags
/// come out.

namespace registrar {

/// For text and for values of attributes in double quotes.
std::string escaped(std::string_view text);

/// The same, and `code` between backticks.
std::string marked(std::string_view text);

/// The Markdown that descriptions use: paragraphs, `## ` headings, `- ` lists,
/// and code between backticks.
void append_markdown(std::string& out, std::string_view text);

} // namespace registrar
