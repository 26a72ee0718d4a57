#include "http/precondition.hpp"

#include "http/entity_tag.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace registrar {

namespace {

std::optional<std::uint64_t> version_number(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, error]
    = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::optional<std::uint64_t> version_of(std::string_view given,
                                        etag_form form) {
  // However it was sent, it was this version.
  auto etag = identity_tag_of(given);
  if (etag.size() < 2 || etag.front() != '"' || etag.back() != '"')
    return std::nullopt;
  auto inner = std::string_view{etag}.substr(1, etag.size() - 2);
  if (form == etag_form::version)
    return version_number(inner);
  auto dash = std::min(inner.find('-'), inner.size());
  if (dash == inner.size() || !version_number(inner.substr(dash + 1)))
    return std::nullopt;
  return version_number(inner.substr(0, dash));
}

} // namespace

fallible<std::uint64_t> read_if_match(const http_request& request,
                                      etag_form form) {
  if (!request.if_match || *request.if_match == "*")
    return std::uint64_t{0};
  auto version = version_of(*request.if_match, form);
  if (!version)
    return {ec::invalid_value,
            form == etag_form::version
              ? "If-Match must be the ETag of the row, \"<version>\", or *."
              : "If-Match must be the ETag of the section, "
                "\"<version>-<sequence>\", or *."};
  // Versions start at 1.
  if (*version == 0)
    return {ec::version_mismatch,
            "No version is 0; GET the ETag and try again with it."};
  return *version;
}

} // namespace registrar
