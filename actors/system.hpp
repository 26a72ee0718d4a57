#pragma once

#include "config/settings.hpp"
#include "messages/service.hpp"
#include "storage/ports/stores.hpp"

#include <functional>
#include <memory>

namespace registrar {

/// All actors of one server: builds the tree of supervisors, waits until it is
/// ready, drains and ends it. What `cli/` and the tests use; knows CAF so that
/// they need not.
class actor_tree {
public:
  /// @param on_failure called once, from an actor's thread, when the top of the
  ///        tree gave up; the process should end in an orderly way.
  actor_tree(settings config, std::shared_ptr<store_factory> factory,
             std::function<void(failure)> on_failure);

  /// Stops first where `stop` was not called.
  ~actor_tree();

  /// Starts everything and waits until registrations can be accepted. On
  /// failure everything is stopped again.
  fallible<done> start();

  /// In a cluster: gives the partitions to other nodes, while requests go on;
  /// waits for that at most `limits::handoff_time_max`.
  void hand_over();

  /// Waits until SQL holds the journal, at most `limits::drain_time_max`, and
  /// ends all actors. Requests must have ended.
  /// @return how many entries SQL still lacks; the journal keeps them.
  std::uint64_t stop();

  /// Valid between `start` and `stop`.
  registrar::service& service();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace registrar
