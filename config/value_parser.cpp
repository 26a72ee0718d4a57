#include "config/value_parser.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>

#include <arpa/inet.h>

namespace registrar {

namespace {

using std::chrono::milliseconds;

struct unit {
  std::string_view name;
  milliseconds length;
};

// The longest first, so that a shown duration is short.
constexpr std::array<unit, 4> units{{{"h", std::chrono::hours{1}},
                                     {"min", std::chrono::minutes{1}},
                                     {"s", std::chrono::seconds{1}},
                                     {"ms", milliseconds{1}}}};

/// Digits at the front of `text`, which is cut by them.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t result = 0;
  auto [end, error]
    = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{})
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return result;
}

bool is_address(const std::string& text) {
  in6_addr parsed;
  return ::inet_pton(AF_INET, text.c_str(), &parsed) == 1
         || ::inet_pton(AF_INET6, text.c_str(), &parsed) == 1;
}

/// A host's name, an IPv4 address or an IPv6 address in brackets.
bool is_host(const std::string& text) {
  if (text.starts_with('['))
    return text.ends_with(']') && text.find(':') != text.npos
           && is_address(text.substr(1, text.size() - 2));
  return !text.empty()
         && std::all_of(text.begin(), text.end(), [](unsigned char c) {
              return std::isalnum(c) || c == '.' || c == '-' || c == '_';
            });
}

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> result;
  while (!trimmed(text).empty()) {
    auto comma = std::min(text.find(','), text.size());
    result.emplace_back(trimmed(text.substr(0, comma)));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return result;
}

/// Something is there, and all of it is of these characters.
bool is_made_of(std::string_view text, std::string_view characters) {
  return !text.empty()
         && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_origin(const std::string& text) {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
  static constexpr std::string_view digits = "0123456789";
  auto rest = std::string_view{text};
  auto end = rest.find("://");
  if (end == std::string_view::npos
      || !is_made_of(rest.substr(0, end), letters))
    return false;
  auto scheme = rest.substr(0, end);
  rest.remove_prefix(end + 3);
  auto colon = rest.rfind(':');
  // In brackets a colon is a part of the address.
  if (colon != std::string_view::npos
      && rest.find(']', colon) == std::string_view::npos) {
    auto port = rest.substr(colon + 1);
    auto is_left_out = (scheme == "https" && port == "443")
                       || (scheme == "http" && port == "80");
    if (!is_made_of(port, digits) || port.size() > 5 || port.front() == '0'
        || is_left_out)
      return false;
    rest = rest.substr(0, colon);
  }
  auto has_capital = std::any_of(
    rest.begin(), rest.end(), [](unsigned char c) { return std::isupper(c); });
  return !has_capital && is_host(std::string{rest});
}

std::optional<std::vector<std::string>>
read_list(const given_value& given, std::string& fault, std::string_view what,
          bool (*is_one)(const std::string&), std::string_view is_none) {
  std::vector<std::string> result;
  if (auto* list = std::get_if<std::vector<std::string>>(&given))
    result = *list;
  else if (auto* text = std::get_if<std::string>(&given))
    result = split(*text);
  else
    fault = "give a list of " + std::string{what};
  for (auto& one : result)
    if (!is_one(one))
      fault = show_text(one) + std::string{is_none};
  if (!fault.empty())
    return std::nullopt;
  return result;
}

} // namespace

std::optional<std::uint64_t> read_number(const given_value& given,
                                         std::uint64_t min, std::uint64_t max,
                                         std::string& fault) {
  std::optional<std::uint64_t> result;
  if (auto* number = std::get_if<std::int64_t>(&given)) {
    if (*number >= 0)
      result = static_cast<std::uint64_t>(*number);
  } else if (auto* text = std::get_if<std::string>(&given)) {
    auto rest = std::string_view{*text};
    result = take_number(rest);
    if (!rest.empty())
      result.reset();
  }
  if (result && *result >= min && *result <= max)
    return result;
  fault = "give a whole number from " + std::to_string(min) + " to "
          + std::to_string(max);
  return std::nullopt;
}

std::optional<milliseconds> read_duration(const given_value& given,
                                          milliseconds min, milliseconds max,
                                          std::string& fault) {
  fault = "give a duration from " + show_duration(min) + " to "
          + show_duration(max) + ", with h, min, s or ms behind the number";
  auto count = std::optional<std::uint64_t>{};
  auto name = std::string_view{"s"};
  if (auto* number = std::get_if<std::int64_t>(&given)) {
    if (*number >= 0)
      count = static_cast<std::uint64_t>(*number);
  } else if (auto* text = std::get_if<std::string>(&given)) {
    auto rest = std::string_view{*text};
    count = take_number(rest);
    if (!trimmed(rest).empty())
      name = trimmed(rest);
  }
  auto found = std::find_if(units.begin(), units.end(),
                            [&](auto& x) { return x.name == name; });
  // The bound keeps the product below from overflowing.
  if (!count || *count > 1'000'000'000'000 || found == units.end())
    return std::nullopt;
  auto result = static_cast<std::int64_t>(*count) * found->length;
  if (result < min || result > max)
    return std::nullopt;
  fault.clear();
  return result;
}

std::optional<bool> read_bool(const given_value& given, std::string& fault) {
  if (auto* value = std::get_if<bool>(&given))
    return *value;
  if (auto* text = std::get_if<std::string>(&given)) {
    if (*text == "true")
      return true;
    if (*text == "false")
      return false;
  }
  fault = "give true or false, without quotes";
  return std::nullopt;
}

std::optional<std::string> read_text(const given_value& given,
                                     std::string& fault) {
  auto* text = std::get_if<std::string>(&given);
  if (text && !text->empty() && text->find('\0') == std::string::npos)
    return *text;
  fault = "give a text that is not empty";
  return std::nullopt;
}

std::optional<std::string> read_optional_text(const given_value& given,
                                              std::string& fault) {
  auto* text = std::get_if<std::string>(&given);
  if (text && text->empty())
    return *text;
  return read_text(given, fault);
}

std::optional<std::string> read_word(const given_value& given,
                                     std::span<const std::string> words,
                                     std::string& fault) {
  auto* text = std::get_if<std::string>(&given);
  if (text && std::find(words.begin(), words.end(), *text) != words.end())
    return *text;
  fault = "give one of ";
  for (auto i = std::size_t{0}; i < words.size(); ++i)
    fault += (i == 0                  ? ""
              : i + 1 == words.size() ? " or "
                                      : ", ")
             + show_text(words[i]);
  if (text)
    fault += suggestion(*text, words);
  return std::nullopt;
}

std::optional<listen_address> read_listen(const given_value& given,
                                          std::string& fault) {
  fault = "give HOST:PORT with an IP address or localhost, and a port from 0 "
          "(any free one) to 65535, such as 127.0.0.1:8080 or [::1]:8080";
  auto* text = std::get_if<std::string>(&given);
  auto colon = text ? text->rfind(':') : std::string::npos;
  if (colon == std::string::npos)
    return std::nullopt;
  auto host = text->substr(0, colon);
  auto rest = std::string_view{*text}.substr(colon + 1);
  auto port = take_number(rest);
  if (!port || *port > 65535 || !rest.empty())
    return std::nullopt;
  if (host == "localhost")
    host = "127.0.0.1";
  auto has_brackets
    = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (has_brackets)
    host = host.substr(1, host.size() - 2);
  auto is_v6 = host.find(':') != std::string::npos;
  if (!is_address(host) || is_v6 != has_brackets)
    return std::nullopt;
  fault.clear();
  return listen_address{host, static_cast<std::uint16_t>(*port)};
}

std::optional<listen_address> read_reachable(const given_value& given,
                                             std::string& fault) {
  auto text = read_optional_text(given, fault);
  if (!text)
    return std::nullopt;
  if (text->empty())
    return listen_address{};
  fault = "give HOST:PORT where the other nodes reach this one, and a port "
          "from 1 to 65535, such as 10.0.0.1:9090";
  auto colon = text->rfind(':');
  if (colon == std::string::npos)
    return std::nullopt;
  auto host = text->substr(0, colon);
  auto rest = std::string_view{*text}.substr(colon + 1);
  auto port = take_number(rest);
  if (!is_host(host) || !port || *port == 0 || *port > 65535 || !rest.empty())
    return std::nullopt;
  if (host == "localhost")
    host = "127.0.0.1";
  if (host.starts_with('['))
    host = host.substr(1, host.size() - 2);
  if (host == "0.0.0.0" || host == "::")
    return std::nullopt;
  fault.clear();
  return listen_address{host, static_cast<std::uint16_t>(*port)};
}

bool is_loopback(std::string_view host) {
  return (host.starts_with("127.") && is_address(std::string{host}))
         || host == "::1";
}

std::string show_place(const std::string& host, std::uint16_t port) {
  auto is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<std::string> read_places(const given_value& given,
                                       std::string& fault) {
  auto text = read_optional_text(given, fault);
  if (!text)
    return std::nullopt;
  std::string result;
  for (auto& place : split(*text)) {
    auto colon = place.rfind(':');
    auto host = place.substr(0, colon);
    auto rest = std::string_view{place}.substr(std::min(colon, place.size()));
    auto port = std::optional<std::uint64_t>{};
    if (rest.starts_with(':')) {
      rest.remove_prefix(1);
      port = take_number(rest);
    }
    if (!is_host(host) || !port || *port == 0 || *port > 65535
        || !rest.empty()) {
      fault = show_text(place)
              + " is no HOST:PORT; give a list such as "
                "10.0.0.1:26379,10.0.0.2:26379";
      return std::nullopt;
    }
    result += (result.empty() ? "" : ",") + place;
  }
  return result;
}

std::optional<std::vector<std::string>> read_addresses(const given_value& given,
                                                       std::string& fault) {
  return read_list(given, fault, "IP addresses", is_address,
                   " is no IP address; give a list of them");
}

std::optional<std::vector<std::string>> read_origins(const given_value& given,
                                                     std::string& fault) {
  return read_list(given, fault, "origins", is_origin,
                   " is no origin as browsers write it; give https://HOST or "
                   "https://HOST:PORT, in lower case and without a path");
}

std::string show_text(std::string_view text) {
  std::string result = "\"";
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      result += escaped;
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string show_duration(milliseconds span) {
  for (auto& x : units)
    if (span.count() != 0 && span % x.length == milliseconds{0})
      return std::to_string(span / x.length) + std::string{x.name};
  return "0s";
}

} // namespace registrar
