#include "http/header_list.hpp"

namespace registrar {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view field_separator = ": ";
/// What most answers need.
constexpr std::size_t usual_size = 256;

} // namespace

void header_list::add(std::string_view name, std::string_view value) {
  if (text_.capacity() < usual_size)
    text_.reserve(usual_size);
  text_ += name;
  text_ += field_separator;
  text_ += value;
  text_ += line_end;
}

void header_list::append(std::string_view name, std::string_view value) {
  auto at = position_of(name);
  if (at == std::string::npos) {
    add(name, value);
    return;
  }
  at = text_.find(line_end, at);
  text_.insert(at, ", ");
  text_.insert(at + 2, value);
}

void header_list::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void header_list::remove(std::string_view name) {
  for (auto at = position_of(name); at != std::string::npos;
       at = position_of(name))
    text_.erase(at, text_.find(line_end, at) + line_end.size() - at);
}

std::string_view header_list::find(std::string_view name) const {
  auto at = position_of(name);
  if (at == std::string::npos)
    return {};
  at += name.size() + field_separator.size();
  return std::string_view{text_}.substr(at, text_.find(line_end, at) - at);
}

std::size_t header_list::position_of(std::string_view name) const {
  auto text = std::string_view{text_};
  for (std::size_t at = 0; at < text.size();
       at = text.find(line_end, at) + line_end.size())
    if (text.substr(at, name.size()) == name
        && text.substr(at + name.size(), field_separator.size())
             == field_separator)
      return at;
  return std::string::npos;
}

} // namespace registrar
