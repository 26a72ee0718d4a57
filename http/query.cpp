#include "http/query.hpp"

#include "config/limits.hpp"
#include "http/answers.hpp"
#include "messages/hex.hpp"

#include <algorithm>
#include <charconv>

namespace registrar {

namespace {

/// What a URI must not hold as it is, as a percent escape.
void append_uri_text(std::string& out, std::string_view text) {
  static constexpr std::string_view forbidden = "\"<>\\^`{|}";
  static constexpr char digits[] = "0123456789ABCDEF";
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f
        && forbidden.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text,
                                          bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') {
      return std::nullopt;
    } else if (text[i] == '+' && plus_is_space) {
      result += ' ';
    } else if (text[i] != '%') {
      result += text[i];
    } else {
      if (i + 2 >= text.size())
        return std::nullopt;
      auto high = hex_value(text[i + 1]);
      auto low = hex_value(text[i + 2]);
      if (high < 0 || low < 0 || high + low == 0)
        return std::nullopt;
      result += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return result;
}

fallible<query_parameters>
read_query(std::string_view query,
           std::initializer_list<std::string_view> known) {
  query_parameters result;
  while (!query.empty()) {
    auto end = std::min(query.find('&'), query.size());
    auto part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty())
      continue;
    auto equals = std::min(part.find('='), part.size());
    auto name = percent_decode(part.substr(0, equals), true);
    auto value
      = percent_decode(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value)
      return {ec::invalid_value,
              "The query holds a broken percent escape; encode % as %25."};
    if (std::find(known.begin(), known.end(), *name) == known.end())
      return {ec::invalid_value, "The query parameter \"" + name->substr(0, 60)
                                   + "\" is not known here; leave it out."};
    if (!result.emplace(*name, *value).second)
      return {ec::invalid_value, "The query parameter \"" + *name
                                   + "\" is there twice; say it once."};
  }
  return result;
}

fallible<std::uint32_t> read_bounded(std::string_view text, const char* name,
                                     std::uint32_t max) {
  std::uint32_t value = 0;
  auto [end, error]
    = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1
      || value > max)
    return {ec::invalid_value, std::string{name}
                                 + " must be a whole number from 1 to "
                                 + std::to_string(max) + "."};
  return value;
}

fallible<std::uint32_t> read_limit(const query_parameters& parameters) {
  auto found = parameters.find("limit");
  if (found == parameters.end())
    return limits::page_rows_default;
  return read_bounded(found->second, "limit", limits::page_rows_max);
}

fallible<std::vector<section_id>> read_section_ids(std::string_view text) {
  std::vector<section_id> result;
  for (auto is_last = false; !is_last;) {
    auto comma = text.find(',');
    is_last = comma == std::string_view::npos;
    auto id = read_id<section_id>(text.substr(0, comma), "Each of ids");
    if (!id)
      return id.error();
    result.push_back(*id);
    text.remove_prefix(is_last ? text.size() : comma + 1);
  }
  if (result.size() > limits::query_ids_max)
    return {ec::invalid_value, "ids may hold at most "
                                 + std::to_string(limits::query_ids_max)
                                 + " ids; ask for the rest separately."};
  return result;
}

std::string to_cursor(std::string_view list, std::string_view row) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (auto part : {list, std::string_view{":"}, row})
    for (auto c : part) {
      result += digits[static_cast<unsigned char>(c) >> 4];
      result += digits[static_cast<unsigned char>(c) & 15];
    }
  return result;
}

std::optional<std::string> from_cursor(std::string_view list,
                                       std::string_view cursor) {
  if (cursor.size() % 2 != 0)
    return std::nullopt;
  std::string plain;
  for (std::size_t i = 0; i < cursor.size(); i += 2) {
    auto high = hex_value(cursor[i]);
    auto low = hex_value(cursor[i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    plain += static_cast<char>(high * 16 + low);
  }
  auto prefix = std::string{list} + ':';
  if (plain.size() <= prefix.size() || plain.rfind(prefix, 0) != 0)
    return std::nullopt;
  return plain.substr(prefix.size());
}

std::string link_to_next(std::string_view path, std::string_view query,
                         std::string_view cursor) {
  std::string result{'<'};
  result += path;
  result += '?';
  while (!query.empty()) {
    auto end = std::min(query.find('&'), query.size());
    auto part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    auto name = percent_decode(part.substr(0, part.find('=')), true);
    if (part.empty() || name == "cursor")
      continue;
    append_uri_text(result, part);
    result += '&';
  }
  result += "cursor=";
  result += cursor;
  return result + ">; rel=\"next\"";
}

} // namespace registrar
