#pragma once

#include "actors/act_queue.hpp"
#include "actors/actor_register.hpp"
#include "actors/refusal_budget.hpp"
#include "actors/trace_board.hpp"
#include "actors/watch_filter.hpp"
#include "config/limits.hpp"
#include "messages/actors.hpp"
#include "messages/partition_share.hpp"
#include "messages/service_meters.hpp"
#include "messages/timestamp.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
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

  /// Calls `act` with each id and actor; it must not wait for anything.
  template <class Act>
  void for_all(Act act) const {
    for (const auto& place : shards_) {
      std::shared_lock guard{place.mutex};
      for (const auto& [section, handle] : place.sections)
        act(section, handle);
    }
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

/// The epoch under which this server owns each partition; none where it does
/// not.
using partition_owners = std::array<epoch, partition_count>;

/// Where each role's current actor is, and the epochs under which this server
/// owns its partitions. Shared by all actors of one system.
class directory {
public:
  explicit directory(std::size_t sync_workers, std::size_t waitlist_workers,
                     std::size_t ledger_workers = 1)
    : ledger(ledger_workers), ledger_micros(ledger_workers), sync(sync_workers),
      waitlist(waitlist_workers), sync_oldest_(sync_workers) {
  }

  /// Each decides in its share of the partitions (`share_of`).
  std::vector<directory_slot<ledger_worker_actor>> ledger;
  /// What a step of the ledger took of late, at each of them.
  std::vector<std::atomic<std::int64_t>> ledger_micros;
  directory_slot<registration_broker_actor> broker;
  directory_slot<catalogue_actor> catalogue;
  directory_slot<journal_reader_actor> journal_reader;
  directory_slot<section_supervisor_actor> sections_supervisor;
  std::vector<directory_slot<database_sync_worker_actor>> sync;
  std::vector<directory_slot<waitlist_worker_actor>> waitlist;
  section_table sections;
  directory_slot<event_feed_actor> event_feed;
  directory_slot<observer_actor> observer;
  directory_slot<records_worker_actor> records;
  directory_slot<cluster_member_actor> member;
  directory_slot<cluster_gate_actor> gate;

  /// Ends the process in an orderly way, from any thread: it can do no good any
  /// more. Set before any actor starts.
  std::function<void(failure)> end_service;

  /// Whether other servers own some of the partitions (`become_node`).
  bool is_clustered = false;
  /// A partition that another node holds, or nobody.
  struct far_owner {
    std::string node;
    std::uint64_t epoch = 0;
  };

  /// By partition: the gate of the node that owns it; null where that is this
  /// one, or cannot be reached. Written by the cluster member.
  std::array<directory_slot<cluster_gate_actor>, partition_count> gates;

  /// Whose requests the event feed wants to hear of.
  watch_filter watched_students;
  /// Whether it wants to hear of sections.
  std::atomic<bool> is_watched{false};

  /// Of what operators want to see each step.
  trace_board traces;
  /// What they did and SQL does not hold yet.
  act_queue acts{limits::pending_acts_max};

  /// `acknowledge = committed`; set before any actor starts.
  bool answers_wait_for_sql = false;

  /// Entries that SQL does not hold yet; each ledger worker adds and takes away
  /// its own.
  std::atomic<std::uint64_t> uncommitted{0};
  /// False beyond the bound of uncommitted entries; written by the ledger
  /// workers, asked by sections before they queue a command.
  std::atomic<bool> takes_registrations{true};
  /// False beyond the head room of drops too.
  std::atomic<bool> takes_drops{true};

  /// Of the database-sync pool.
  refusal_budget refusals;

  /// What all actors count.
  service_meters meters;

  /// Who supervises whom, and how actors ended.
  const std::shared_ptr<actor_register> actors
    = std::make_shared<actor_register>();

  partition_share share_of(std::size_t ledger_worker) const {
    return {static_cast<std::uint32_t>(ledger_worker),
            static_cast<std::uint32_t>(ledger.size())};
  }

  /// Who decides in a partition.
  directory_slot<ledger_worker_actor>& ledger_of(std::uint32_t partition) {
    return ledger[partition % ledger.size()];
  }

  /// Who answers for a student: keys and reads, which need no partition.
  directory_slot<ledger_worker_actor>& ledger_for(const student_id& student) {
    return ledger[student.value.hash() % ledger.size()];
  }

  std::chrono::microseconds slowest_ledger() const {
    std::int64_t result = 0;
    for (const auto& x : ledger_micros)
      result = std::max(result, x.load());
    return std::chrono::microseconds{result};
  }

  /// When the oldest entry was decided that a database-sync worker has and SQL
  /// lacks; written by that worker, and left as it is while it is away.
  void set_oldest(std::size_t sync_worker, std::optional<timestamp> oldest) {
    auto count = oldest.value_or(timestamp{}).time_since_epoch().count();
    sync_oldest_[sync_worker].store(count, std::memory_order_relaxed);
  }

  /// Age of the oldest of them all; 0 where SQL lacks nothing.
  std::chrono::milliseconds oldest_uncommitted(timestamp now) const {
    std::chrono::milliseconds result{0};
    for (const auto& x : sync_oldest_)
      if (auto count = x.load(std::memory_order_relaxed); count > 0)
        result = std::max(result, now.time_since_epoch()
                                    - std::chrono::milliseconds{count});
    return result;
  }

  /// The same of one database-sync worker; none where it lacks nothing.
  std::optional<std::chrono::milliseconds> oldest_of(std::size_t sync_worker,
                                                     timestamp now) const {
    auto count = sync_oldest_[sync_worker].load(std::memory_order_relaxed);
    if (count == 0)
      return std::nullopt;
    return now.time_since_epoch() - std::chrono::milliseconds{count};
  }

  /// Rises with every restart of a ledger worker.
  std::uint64_t ledger_generation() const {
    std::uint64_t result = 0;
    for (const auto& slot : ledger)
      result += slot.generation();
    return result;
  }

  /// Until when nobody else can own the partitions, by a clock that was read
  /// before that was asked for; written by their ledger worker. A ledger that
  /// is not shared is owned for good.
  void set_lease_end(const partition_set& partitions,
                     caf::actor_clock::time_point end) {
    for (auto p : members_of(partitions))
      lease_ends_[p] = end.time_since_epoch().count();
  }

  bool holds_lease(std::uint32_t partition,
                   caf::actor_clock::time_point now) const {
    return now.time_since_epoch().count() < lease_ends_[partition];
  }

  /// A section always goes to the same worker of a pool.
  template <class Slots>
  static std::size_t index_of(const section_id& section, const Slots& slots) {
    return section.value.hash() % slots.size();
  }

  void set_owner(const partition_set& partitions, const epoch& owner) {
    std::unique_lock guard{owners_mutex_};
    for (auto p : members_of(partitions))
      owners_[p] = owner;
  }

  /// From the start other servers may own partitions, and this one none.
  void become_node() {
    is_clustered = true;
    set_wanted({});
    set_lease_end(all_partitions(), {});
  }

  /// Whether another node of the cluster, or nobody, owns the partition.
  bool is_foreign(std::uint32_t partition) const {
    return is_clustered && owner(partition) == epoch{};
  }

  bool is_foreign(const section_id& section) const {
    return is_clustered && is_foreign(partition_of(section));
  }

  /// As the cluster member saw them last.
  void set_far_owners(std::array<far_owner, partition_count> owners) {
    std::unique_lock guard{owners_mutex_};
    far_owners_ = std::move(owners);
  }

  far_owner far_owner_of(std::uint32_t partition) const {
    std::shared_lock guard{owners_mutex_};
    return far_owners_[partition];
  }

  /// Which partitions this server should own; written by the cluster member.
  void set_wanted(const partition_set& partitions) {
    wanted_ = partitions.to_ullong();
  }

  partition_set wanted() const {
    return partition_set{wanted_};
  }

  epoch owner(std::uint32_t partition) const {
    std::shared_lock guard{owners_mutex_};
    return owners_[partition];
  }

  /// By partition.
  partition_owners owners() const {
    std::shared_lock guard{owners_mutex_};
    return owners_;
  }

private:
  using clock_count = caf::actor_clock::time_point::duration::rep;

  /// The end of time.
  struct lease_end : std::atomic<clock_count> {
    lease_end() : atomic{std::numeric_limits<clock_count>::max()} {
    }
    using atomic::operator=;
  };

  std::array<lease_end, partition_count> lease_ends_;
  /// Milliseconds since 1970; 0 where there is none.
  std::vector<std::atomic<std::int64_t>> sync_oldest_;
  /// All, where there is no cluster.
  std::atomic<std::uint64_t> wanted_{~std::uint64_t{0}};
  static_assert(partition_count <= 64, "a bit for each");
  mutable std::shared_mutex owners_mutex_;
  partition_owners owners_;
  std::array<far_owner, partition_count> far_owners_;
};

} // namespace registrar
