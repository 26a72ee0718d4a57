#pragma once

#include "storage/ports/cluster_registry.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace registrar {

/// The nodes of a cluster whose servers all live in this process: the reference
/// of the registry, and what tests of several nodes share. Its clock and its
/// partitions are the caller's. Safe to use from many threads.
class memory_cluster {
public:
  /// Time since whenever; never goes back.
  using clock = std::function<std::chrono::milliseconds()>;
  using places = std::array<partition_place, partition_count>;

  memory_cluster();
  explicit memory_cluster(clock now);
  ~memory_cluster();

  /// A connection of one run of a node. Of two runs under one name that with
  /// the higher incarnation is the younger.
  std::unique_ptr<cluster_registry> open(std::uint64_t incarnation);

  /// Of a run that starts: higher than all before.
  std::uint64_t begin_incarnation();

  /// Whether a run was heard from in time.
  bool is_alive(std::uint64_t incarnation) const;

  /// What a look shows of the partitions from now on.
  void set_places(places now);

  /// The same, asked for at each look. @pre it does not call this object.
  void set_places(std::function<places()> source);

  /// The shared content; defined in the source.
  struct content;

private:
  std::shared_ptr<content> content_;
};

} // namespace registrar
