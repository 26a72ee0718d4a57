#include "messages/ids.hpp"

#include <openssl/sha.h>

namespace registrar {

std::uint32_t partition_of(const section_id& section) {
  auto text = section.to_string();
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         digest);
  std::uint64_t head = 0;
  for (int i = 0; i < 8; ++i)
    head = head << 8 | digest[i];
  return static_cast<std::uint32_t>(head % partition_count);
}

} // namespace registrar
