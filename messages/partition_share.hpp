#pragma once

#include "messages/ids.hpp"

#include <cstdint>
#include <vector>

namespace registrar {

/// The partitions of one of `count` that share a ledger.
struct partition_share {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  bool has(std::uint32_t partition) const {
    return partition % count == index;
  }

  /// In order.
  std::vector<std::uint32_t> partitions() const {
    std::vector<std::uint32_t> result;
    for (auto p = index; p < partition_count; p += count)
      result.push_back(p);
    return result;
  }
};

} // namespace registrar
