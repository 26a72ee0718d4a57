#pragma once

#include "messages/partition_share.hpp"
#include "storage/ports/seat_ledger.hpp"
#include "storage/redis/connection.hpp"
#include "storage/redis/lease.hpp"

#include <memory>
#include <unordered_set>

namespace registrar {

/// Speaks for the partitions of one share: owns them, and decides in them.
///
/// Lets lua/decide/ decide: all batches of one call are one script, atomic in
/// itself, partition by partition; a script for each partition costs twice as
/// much. Only a section's own batches have the order of the input.
///
/// Standing is known twice. This connection remembers who it was told is
/// inactive and says so with each command by which such a student joins; the
/// rows of those who are in are marked in Redis (standing.lua), where a
/// promotion sees it in its own atomic step. A mark is worth only what the
/// epoch under which it was made is: a new owner starts with everybody active.
class redis_seat_ledger : public seat_ledger {
public:
  /// @param claim null: nobody holds the ledger through this connection.
  explicit redis_seat_ledger(redis_connection& redis,
                             std::shared_ptr<ledger_claim> claim = {},
                             const partition_share& share = {},
                             bool has_failovers = false)
    : redis_(redis), has_failovers_(has_failovers), claim_(std::move(claim)),
      share_(share.partitions()), partitions_(members_of(share_)) {
  }

  void speak_for(const partition_set& partitions) override {
    partitions_ = members_of(partitions & share_);
  }

  fallible<done> fence(const epoch& owner) override;
  fallible<epoch> current_epoch() override;
  std::vector<decision> execute(std::span<const decide_batch> batches,
                                timestamp at) override;
  fallible<std::vector<std::vector<live_registration>>>
  registrations(std::span<const student_id> students) override;
  fallible<std::vector<section_rows>>
  rows(std::span<const section_id> sections) override;
  fallible<std::vector<section_header>> headers() override;
  fallible<done>
  set_standing(std::span<const std::pair<student_id, bool>> is_active) override;
  bool is_shared() const override {
    return claim_ != nullptr;
  }

  fallible<done> hold(std::chrono::milliseconds ttl) override;
  fallible<partition_set> take(std::chrono::milliseconds ttl) override;
  fallible<done> let_go() override;
  bool can_restore() const override {
    return has_failovers_;
  }

  fallible<done> restore(const epoch& owner, const section_rows& rows) override;
  fallible<done> ping() override;

  /// The halves of `execute`, for what shares a round trip: adds a command for
  /// the batches, if there are any, and takes their decisions out of what was
  /// replied to all, beginning at `next`, which it moves on.
  void ask(redis_pipeline& all, std::span<const decide_batch> batches,
           timestamp at) const;
  std::vector<decision> take(const fallible<redis_replies>& replies,
                             std::size_t& next,
                             std::span<const decide_batch> batches,
                             timestamp at);

private:
  /// Batches of one partition, by their number in the input.
  struct partition_batches {
    std::uint32_t partition = 0;
    std::vector<std::size_t> batches;
  };

  static std::vector<partition_batches>
  by_partition(std::span<const decide_batch> batches);

  void add_batch(redis_pipeline& out, const decide_batch& batch,
                 timestamp at) const;

  /// What to do where the script failed midway: asks again, one command at a
  /// time, under the same request ids, and closes the connection; what is in
  /// the journal only will be read by who opens it again.
  decision execute_one_by_one(const decide_batch& batch, timestamp at);
  decision execute_alone(const decide_batch& batch, timestamp at);

  fallible<done> mark(std::span<const std::pair<student_id, bool>> is_active);

  redis_connection& redis_;
  bool has_failovers_;
  std::shared_ptr<ledger_claim> claim_;
  partition_set share_;
  /// For which it speaks, in order.
  std::vector<std::uint32_t> partitions_;
  std::unordered_set<student_id> inactive_;
  /// Set by this connection: marks of this epoch are of students in
  /// `inactive_`, so who is not there needs no mark taken away.
  bool has_fenced_ = false;
};

} // namespace registrar
