#include "messages/uuid.hpp"

#include "messages/hex.hpp"

#include <openssl/sha.h>

#include <chrono>
#include <random>
#include <vector>

namespace registrar {

namespace {

bool is_dash_position(std::size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

void set_version(uuid& id, std::uint8_t version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | version << 4);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
}

} // namespace

std::optional<uuid> uuid::parse(std::string_view text) {
  if (text.size() != 36)
    return std::nullopt;
  uuid result;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-')
        return std::nullopt;
      continue;
    }
    auto value = hex_value(text[i]);
    if (value < 0)
      return std::nullopt;
    auto& byte = result.bytes[nibble / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
    ++nibble;
  }
  return result;
}

uuid uuid::random() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(),
                       device(), device(), device(), device()};
    return std::mt19937_64{seed};
  }();
  uuid result;
  std::uint64_t words[2] = {generator(), generator()};
  std::memcpy(result.bytes.data(), words, sizeof words);
  set_version(result, 4);
  return result;
}

uuid uuid::time_ordered() {
  auto result = random();
  auto since = std::chrono::system_clock::now().time_since_epoch();
  auto ms = static_cast<std::uint64_t>(
    std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  for (std::size_t i = 0; i < 6; ++i)
    result.bytes[i] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
  set_version(result, 7);
  return result;
}

uuid uuid::named(const uuid& name_space, std::string_view name) {
  std::string input;
  input.reserve(16 + name.size());
  input.append(reinterpret_cast<const char*>(name_space.bytes.data()), 16);
  input.append(name);
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(input.data()), input.size(),
       digest);
  uuid result;
  std::memcpy(result.bytes.data(), digest, 16);
  set_version(result, 5);
  return result;
}

uuid uuid::url_namespace() {
  return *parse("6ba7b811-9dad-11d1-80b4-00c04fd430c8");
}

std::string uuid::to_string() const {
  std::string result;
  append_to(result);
  return result;
}

void uuid::append_to(std::string& out) const {
  static constexpr char digits[] = "0123456789abcdef";
  auto begin = out.size();
  out.append(36, '-');
  auto* text = out.data() + begin;
  std::size_t at = 0;
  for (auto byte : bytes) {
    if (is_dash_position(at))
      ++at;
    text[at++] = digits[byte >> 4];
    text[at++] = digits[byte & 15];
  }
}

} // namespace registrar
