#include "storage/redis/address.hpp"

#include <charconv>
#include <limits>
#include <optional>

namespace registrar {

namespace {

constexpr std::string_view scheme = "redis://";

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number result = 0;
  auto [end, error]
    = std::from_chars(text.data(), text.data() + text.size(), result);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return result;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result.push_back(text[i]);
      continue;
    }
    unsigned value = 0;
    auto digits = text.substr(i + 1, 2);
    auto [end, error] = std::from_chars(
      digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2)
      return std::nullopt;
    result.push_back(static_cast<char>(value));
    i += 2;
  }
  return result;
}

failure wrong(std::string_view what) {
  return {ec::invalid_value, "The Redis URL " + std::string{what}
                               + "; write redis://HOST:PORT/DATABASE."};
}

} // namespace

fallible<redis_address> redis_address::parse(std::string_view url) {
  if (!url.starts_with(scheme))
    return wrong("does not begin with redis://");
  url.remove_prefix(scheme.size());
  redis_address result;
  if (auto at = url.rfind('@'); at != url.npos) {
    auto who = url.substr(0, at);
    url.remove_prefix(at + 1);
    auto colon = who.find(':');
    if (colon == who.npos)
      return wrong("has a user without a password");
    auto user = decoded(who.substr(0, colon));
    auto password = decoded(who.substr(colon + 1));
    if (!user || !password)
      return wrong("has a user or password that is not percent-encoded");
    result.user = std::move(*user);
    result.password = std::move(*password);
  }
  if (auto slash = url.find('/'); slash != url.npos) {
    auto database = url.substr(slash + 1);
    url = url.substr(0, slash);
    if (!database.empty()) {
      auto number = number_in<std::uint32_t>(database);
      if (!number)
        return wrong("has a database that is no number");
      result.database = *number;
    }
  }
  auto is_ipv6 = url.starts_with('[');
  auto end = is_ipv6 ? url.find(']') : url.find(':');
  if (is_ipv6 && end == url.npos)
    return wrong("has a bracket that does not end");
  auto host = url.substr(is_ipv6 ? 1 : 0, is_ipv6 ? end - 1 : end);
  auto rest = end == url.npos ? std::string_view{}
                              : url.substr(is_ipv6 ? end + 1 : end);
  if (host.empty())
    return wrong("has no host");
  result.host = host;
  if (rest.empty())
    return result;
  auto port = rest.front() == ':' ? number_in<std::uint16_t>(rest.substr(1))
                                  : std::nullopt;
  if (!port || *port == 0)
    return wrong("has a port that is no number from 1 to 65535");
  result.port = *port;
  return result;
}

std::string redis_address::place() const {
  auto name = host.find(':') == host.npos ? host : "[" + host + "]";
  return name + ":" + std::to_string(port);
}

std::string redis_address::to_string() const {
  return place() + "/" + std::to_string(database);
}

} // namespace registrar
