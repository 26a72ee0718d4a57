#include "messages/watching.hpp"

#include "messages/json.hpp"

#include <openssl/sha.h>

namespace registrar {

namespace {

constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
                            "yz0123456789-_";

state_tag tag_of(std::string_view data) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
         digest.data());
  state_tag result;
  for (std::size_t i = 0; i < result.size(); i += 4) {
    const auto* three = digest.data() + i / 4 * 3;
    auto bits
      = static_cast<std::uint32_t>(three[0] << 16 | three[1] << 8 | three[2]);
    for (std::size_t j = 0; j < 4; ++j)
      result[i + j] = alphabet[bits >> (18 - 6 * j) & 63];
  }
  return result;
}

shared_state made(const section_id& section, std::string data) {
  auto tag = tag_of(data);
  return std::make_shared<const watched_state>(
    watched_state{section, std::move(data), tag});
}

} // namespace

shared_state state_of(const section_view& section) {
  return made(section.section.section_id, to_json(section));
}

shared_state state_of(const student_id& student,
                      const std::vector<registration_view>& rows) {
  return made({}, to_json(student, rows));
}

} // namespace registrar
