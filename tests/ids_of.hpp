#pragma once

#include "messages/ids.hpp"

namespace registrar::test {

/// The id that a test calls `number`: readable in messages, different for each
/// number, of any kind.
template <class Id>
Id id(std::uint64_t number) {
  Id result;
  for (std::size_t i = 0; i < 8; ++i)
    result.value.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return result;
}

} // namespace registrar::test
