#include "http/entity_tag.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace registrar {

namespace {

constexpr std::size_t tag_bytes = 16;

/// The next tag of a list without its mark of weakness, which is cut off the
/// list; empty at the end of it or where it is broken.
std::string_view take_tag(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
  if (list.starts_with("W/"))
    list.remove_prefix(2);
  if (!list.starts_with('"'))
    return {};
  auto end = list.find('"', 1);
  if (end == std::string_view::npos)
    return {};
  auto tag = list.substr(0, end + 1);
  list.remove_prefix(end + 1);
  return tag;
}

bool has_suffix(std::string_view tag) {
  return tag.size() > gzip_suffix.size() + 1
         && tag.substr(0, tag.size() - 1).ends_with(gzip_suffix);
}

} // namespace

std::string gzip_tag_of(std::string_view tag) {
  std::string result{tag};
  result.insert(result.size() - 1, gzip_suffix);
  return result;
}

std::string identity_tag_of(std::string_view tag) {
  std::string result{tag};
  if (has_suffix(tag))
    result.erase(result.size() - 1 - gzip_suffix.size(), gzip_suffix.size());
  return result;
}

std::string tag_of_content(std::string_view content) {
  static constexpr char digits[] = "0123456789abcdef";
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(),
         digest);
  std::string result{'"'};
  result.reserve(2 * tag_bytes + 2 + gzip_suffix.size());
  for (auto byte :
       std::string_view{reinterpret_cast<char*>(digest), tag_bytes}) {
    auto value = static_cast<unsigned char>(byte);
    result += digits[value >> 4];
    result += digits[value & 15];
  }
  return result + '"';
}

bool names_tag(std::string_view list, std::string_view tag) {
  if (list == "*")
    return true;
  for (auto one = take_tag(list); !one.empty(); one = take_tag(list))
    if (one == tag)
      return true;
  return false;
}

} // namespace registrar
