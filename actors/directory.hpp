#pragma once

#include "actors/refusal_budget.hpp"
#include "messages/actors.hpp"

#include <array>
#include <atomic>
#include <limits>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace registrar {

/// One role's current actor. Written by its supervisor, read by everybody; a
/// restart changes it in place, so that nobody has to be told.
template <class Handle>
class directory_slot {
public:
  /// Null while the role has no actor.
  Handle get() const {
    std::shared_lock guard{mutex_};
    return handle_;
  }

  void set(Handle handle) {
    std::unique_lock guard{mutex_};
    handle_ = std::move(handle);
    ++generation_;
  }

  void clear() {
    set(Handle{});
  }

  /// Rises with every change.
  std::uint64_t generation() const {
    std::shared_lock guard{mutex_};
    return generation_;
  }

private:
  mutable std::shared_mutex mutex_;
  Handle handle_;
  std::uint64_t generation_ = 0;
};

/// The running section actors by id, in shards so that the broker's look-ups
/// and the supervisor's changes seldom meet.
class section_table {
public:
  section_actor get(const section_id& section) const {
    auto& place = shard_of(section);
    std::shared_lock guard{place.mutex};
    auto found = place.sections.find(section);
    return found == place.sections.end() ? section_actor{} : found->second;
  }

  void set(const section_id& section, section_actor handle) {
    auto& place = shard_of(section);
    std::unique_lock guard{place.mutex};
    place.sections[section] = std::move(handle);
  }

  void remove(const section_id& section) {
    auto& place = shard_of(section);
    std::unique_lock guard{place.mutex};
    place.sections.erase(section);
  }

private:
  struct shard {
    mutable std::shared_mutex mutex;
    std::unordered_map<section_id, section_actor> sections;
  };

  shard& shard_of(const section_id& section) {
    return shards_[section.value.hash() >> 7 & 15];
  }

  const shard& shard_of(const section_id& section) const {
    return shards_[section.value.hash() >> 7 & 15];
  }

  std::array<shard, 16> shards_;
};

/// Where each role's current actor is, and the epoch under which this server
/// owns its partitions. Shared by all actors of one system.
class directory {
public:
  explicit directory(std::size_t sync_workers, std::size_t waitlist_workers)
    : sync(sync_workers), waitlist(waitlist_workers) {
  }

  directory_slot<ledger_worker_actor> ledger;
  directory_slot<registration_broker_actor> broker;
  directory_slot<catalogue_actor> catalogue;
  directory_slot<journal_reader_actor> journal_reader;
  directory_slot<section_supervisor_actor> sections_supervisor;
  std::vector<directory_slot<database_sync_worker_actor>> sync;
  std::vector<directory_slot<waitlist_worker_actor>> waitlist;
  section_table sections;

  /// `acknowledge = committed`; set before any actor starts.
  bool answers_wait_for_sql = false;

  /// False beyond the bound of uncommitted entries; written by the ledger
  /// worker, asked by sections before they queue a command.
  std::atomic<bool> takes_registrations{true};
  /// False beyond the head room of drops too.
  std::atomic<bool> takes_drops{true};

  /// Entries that SQL does not hold yet, and what a step of the ledger took of
  /// late; written by the ledger worker.
  std::atomic<std::uint64_t> uncommitted{0};
  std::atomic<std::int64_t> ledger_micros{0};

  /// Of the database-sync pool.
  refusal_budget refusals;

  /// Until when nobody else can own the ledger, by a clock that was read before
  /// that was asked for; written by the ledger worker. A ledger that is not
  /// shared is owned for good.
  void set_lease_end(caf::actor_clock::time_point end) {
    lease_end_ = end.time_since_epoch().count();
  }

  bool holds_lease(caf::actor_clock::time_point now) const {
    return now.time_since_epoch().count() < lease_end_;
  }

  /// A section always goes to the same worker of a pool.
  template <class Slots>
  static std::size_t index_of(const section_id& section, const Slots& slots) {
    return section.value.hash() % slots.size();
  }

  void set_owner(const epoch& owner) {
    std::unique_lock guard{owner_mutex_};
    owner_ = owner;
  }

  epoch owner() const {
    std::shared_lock guard{owner_mutex_};
    return owner_;
  }

private:
  std::atomic<caf::actor_clock::time_point::duration::rep> lease_end_{
    std::numeric_limits<caf::actor_clock::time_point::duration::rep>::max()};
  mutable std::shared_mutex owner_mutex_;
  epoch owner_;
};

} // namespace registrar
