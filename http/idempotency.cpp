#include "http/idempotency.hpp"

#include "config/limits.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace registrar {

namespace {

bool is_printable(char c) {
  return c >= 0x20 && c <= 0x7e;
}

fallible<std::string> check(std::string key) {
  if (key.empty() || key.size() > limits::key_length_max
      || !std::all_of(key.begin(), key.end(), is_printable))
    return {ec::invalid_value, "An idempotency key must have 1 to "
                                 + std::to_string(limits::key_length_max)
                                 + " printable ASCII characters."};
  return key;
}

/// A quoted key is a string of RFC 8941, in which a backslash escapes.
std::string unquoted(const std::string& text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"')
    return text;
  std::string result;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size())
      ++i;
    result += text[i];
  }
  return result;
}

} // namespace

fallible<std::string> read_key(const std::optional<std::string>& header,
                               const std::string* member) {
  if (!header && member == nullptr)
    return std::string{};
  if (!header)
    return check(*member);
  auto key = unquoted(*header);
  if (member != nullptr && *member != key)
    return {ec::invalid_value,
            "The header Idempotency-Key and the member idempotency_key "
            "differ; give one of them, or the same in both."};
  return check(std::move(key));
}

fingerprint fingerprint_of(const registration_request& request) {
  std::string text;
  text.reserve(16 * (request.sections.size() + 1));
  auto add = [&](const uuid& id) {
    text.append(reinterpret_cast<const char*>(id.bytes.data()),
                id.bytes.size());
  };
  add(request.student.value);
  for (const auto& section : request.sections)
    add(section.value);
  fingerprint result;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         result.data());
  return result;
}

request_id request_id_of(const key_scope& scope, const fingerprint& print) {
  std::string name{"registrar:request:"};
  name += scope.student.to_string();
  name += ':';
  name += to_string(scope.route);
  name += ':';
  name += scope.key;
  name += ':';
  name.append(reinterpret_cast<const char*>(print.data()), print.size());
  return {uuid::named(uuid::url_namespace(), name)};
}

} // namespace registrar
