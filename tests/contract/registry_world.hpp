#pragma once

#include "storage/ports/cluster_registry.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace registrar::test {

/// A registry under test that starts empty, with a clock that the test moves.
class registry_world {
public:
  virtual ~registry_world() = default;

  /// What a run of a node opens.
  virtual std::unique_ptr<cluster_registry> open(std::uint64_t incarnation) = 0;

  /// Lets time go by.
  virtual void pass(std::chrono::milliseconds time) = 0;

  /// Makes this what is known of a partition.
  virtual void place(std::uint32_t partition, const partition_place& now) = 0;

  /// Whether the keys that a run began are left to it.
  virtual bool is_alive(std::uint64_t incarnation) = 0;
};

/// The one of this binary: memory_registry_world.cpp or
/// redis_registry_world.cpp.
std::unique_ptr<registry_world> make_registry_world();

} // namespace registrar::test
