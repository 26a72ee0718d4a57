#pragma once

#include "messages/operations.hpp"

#include <caf/actor_control_block.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace registrar {

/// The supervision tree as it stands, and how its actors' former lives ended.
/// Written by supervisors, read by the observer without asking any actor.
/// Thread-safe.
///
/// Running sections are in the directory's `section_table`; here are those that
/// died once.
class actor_register {
public:
  struct entry {
    std::string name;
    /// Empty for the root.
    std::string parent;
    actor_kind kind = actor_kind::worker;
    /// Null where it does not run, and for a section.
    caf::strong_actor_ptr actor;
    /// Set aside by its supervisor.
    bool is_quarantined = false;
    std::uint64_t restarts = 0;
    /// Of its last end.
    std::string cause;
    timestamp ended_at{};
  };

  // -- supervisors ------------------------------------------------------------

  void started(const std::string& name, const std::string& parent,
               actor_kind kind, caf::strong_actor_ptr actor);

  /// It ended by itself or by an operator's order, and will be started again
  /// unless it is a section that is set aside.
  void ended(const std::string& name, const std::string& cause, timestamp at);

  void section_ended(const std::string& name, const std::string& cause,
                     timestamp at, bool is_quarantined = false);

  /// Its supervisor ended with it.
  void left(const std::string& name);

  /// Why an operator ended this actor; then that is no failure of its own.
  std::optional<std::string> take_order(const std::string& name,
                                        caf::actor_id actor);

  // -- operators --------------------------------------------------------------

  /// When this actor ends, it is for this reason; one that follows it under
  /// its name is not meant.
  void order(const std::string& name, caf::actor_id actor, std::string cause);

  // -- reading ----------------------------------------------------------------

  /// In order of names.
  std::vector<entry> entries() const;
  std::optional<entry> find(const std::string& name) const;

private:
  /// @pre locked
  entry& end(const std::string& name, const std::string& cause, timestamp at);

  mutable std::mutex mutex_;
  std::map<std::string, entry> entries_;
  struct order_to_end {
    caf::actor_id actor = 0;
    std::string cause;
  };

  std::map<std::string, order_to_end> orders_;
};

} // namespace registrar
