#pragma once

#include "messages/ledger.hpp"
#include "messages/partition_share.hpp"

#include <chrono>
#include <span>
#include <utility>
#include <vector>

namespace registrar {

/// Decides every seat (DESIGN 2). One object is one connection, used by one
/// thread at a time. Batch calls: one call is one round trip or is part of
/// one transaction (see group_commit). Never throws; a driver's exceptions end
/// in the adapter and come out as `failure`.
class seat_ledger {
public:
  /// What one `execute` did for one batch of its input.
  struct decision {
    batch_decided answer;
    /// What was appended to the journal, in order: hand it to the
    /// database-sync pool only after the commit.
    std::vector<journal_entry> entries;

    friend bool operator==(const decision&, const decision&) = default;
  };

  virtual ~seat_ledger() = default;

  /// From now on, those of the calls that own or fence, and `headers` and
  /// `set_standing`, are about these partitions only, of those of the share
  /// with which the ledger was opened. Before: about all of them. Without
  /// effect in a ledger that is not shared.
  virtual void speak_for(const partition_set&) {
  }

  /// Sets the epoch of all partitions; afterwards only batches with exactly
  /// this epoch are decided, others answer `ec::fenced`. `number` must be above
  /// every number before, else `ec::fenced`.
  virtual fallible<done> fence(const epoch& owner) = 0;

  /// The epoch in force; number 0 where there never was one.
  virtual fallible<epoch> current_epoch() = 0;

  /// Decides the batches in order, each command in order; one result each.
  /// `at` is the time of all decisions: memos that expired by then are void.
  virtual std::vector<decision> execute(std::span<const decide_batch> batches,
                                        timestamp at)
    = 0;

  /// Live states of each student, in order of the input; inside, by section.
  virtual fallible<std::vector<std::vector<live_registration>>>
  registrations(std::span<const student_id> students) = 0;

  /// Everything live of each section. `ec::ledger_lost` where one is missing.
  virtual fallible<std::vector<section_rows>>
  rows(std::span<const section_id> sections) = 0;

  /// Headers of all sections that the ledger holds, in id order.
  virtual fallible<std::vector<section_header>> headers() = 0;

  /// Who is (not) active: a waiter who is not active when a seat comes is
  /// taken out of the line instead of promoted. Students start as active.
  virtual fallible<done>
  set_standing(std::span<const std::pair<student_id, bool>> is_active) = 0;

  /// Whether other servers can reach this ledger too: then it is owned through
  /// `hold`. A ledger in files is owned through their directory's lock.
  virtual bool is_shared() const {
    return false;
  }

  /// Holds every partition for `ttl` from now on, or renews that (DESIGN 6).
  /// `ec::store_locked` says who else does.
  virtual fallible<done> hold(std::chrono::milliseconds) {
    return done{};
  }

  /// As `hold`, where several servers own a part each: takes or renews what
  /// nobody else holds. @returns what is held now.
  virtual fallible<partition_set> take(std::chrono::milliseconds) {
    return all_partitions();
  }

  /// Ends what `hold` or `take` began, so that a successor need not wait for
  /// its end.
  virtual fallible<done> let_go() {
    return done{};
  }

  /// Whether a section that has lost writes may be restored while the ledger is
  /// in use: where failovers are part of its life (DESIGN 6). Elsewhere
  /// somebody put an older copy there, and has to look at it first.
  virtual bool can_restore() const {
    return false;
  }

  /// Puts SQL's rows in place of what the ledger has of the section, in one
  /// step; standing must be told again. Memos that were lost stay lost.
  /// `ec::fenced` where the section's partition has another owner.
  virtual fallible<done> restore(const epoch&, const section_rows&) {
    return failure{ec::internal, "This ledger cannot be restored in use."};
  }

  /// Really asks the store.
  virtual fallible<done> ping() = 0;
};

} // namespace registrar
