#pragma once

#include "messages/ids.hpp"

#include <bitset>
#include <cstdint>
#include <vector>

namespace registrar {

/// Some of the partitions.
using partition_set = std::bitset<partition_count>;

inline partition_set all_partitions() {
  return partition_set{}.set();
}

/// In order.
inline std::vector<std::uint32_t> members_of(const partition_set& set) {
  std::vector<std::uint32_t> result;
  for (std::uint32_t p = 0; p < partition_count; ++p)
    if (set[p])
      result.push_back(p);
  return result;
}

/// The partitions of one of `count` that share a ledger.
struct partition_share {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  bool has(std::uint32_t partition) const {
    return partition % count == index;
  }

  partition_set partitions() const {
    partition_set result;
    for (auto p = index; p < partition_count; p += count)
      result.set(p);
    return result;
  }
};

} // namespace registrar
