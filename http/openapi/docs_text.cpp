#include "http/openapi/docs_text.hpp"

#include <algorithm>

namespace registrar {

namespace {

std::string_view take_text_line(std::string_view& text) {
  auto end = std::min(text.find('\n'), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// Lines up to the next one that starts something else, as one.
std::string take_block(std::string_view first, std::string_view& text) {
  std::string result{first};
  while (!text.empty() && text.front() != '\n' && text.substr(0, 2) != "- "
         && text.substr(0, 3) != "## ") {
    auto line = take_text_line(text);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    result += ' ';
    result += line;
  }
  return result;
}

} // namespace

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (auto c : text)
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  return result;
}

std::string marked(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    auto begin = text.find('`');
    auto end
      = begin == std::string_view::npos ? begin : text.find('`', begin + 1);
    if (end == std::string_view::npos)
      return result + escaped(text);
    result += escaped(text.substr(0, begin));
    result += "<code>";
    result += escaped(text.substr(begin + 1, end - begin - 1));
    result += "</code>";
    text.remove_prefix(end + 1);
  }
  return result;
}

void append_markdown(std::string& out, std::string_view text) {
  auto is_in_list = false;
  while (!text.empty()) {
    auto line = take_text_line(text);
    auto is_item = line.substr(0, 2) == "- ";
    if (is_in_list && !is_item) {
      out += "</ul>\n";
      is_in_list = false;
    }
    if (line.empty())
      continue;
    if (line.substr(0, 3) == "## ") {
      out += "<h2>" + marked(line.substr(3)) + "</h2>\n";
    } else if (is_item) {
      out += is_in_list ? "" : "<ul>\n";
      is_in_list = true;
      out += "<li>" + marked(take_block(line.substr(2), text)) + "</li>\n";
    } else {
      out += "<p>" + marked(take_block(line, text)) + "</p>\n";
    }
  }
  if (is_in_list)
    out += "</ul>\n";
}

} // namespace registrar
