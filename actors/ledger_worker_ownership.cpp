#include "actors/ledger_worker.hpp"

#include "config/logging.hpp"

/// In a cluster: which partitions the worker lets go of and takes, and what it
/// says for those that are another's; and how far SQL is with its own.

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto take_pause = 500ms;

} // namespace

bool ledger_worker_state::is_foreign(const section_id& section) const {
  return peers->is_clustered && !owned[partition_of(section)];
}

void ledger_worker_state::turn_away(const caf::strong_actor_ptr& asker,
                                    const decide_batch& batch) {
  deliver(asker,
          {{ec::not_owner, "Another node owns this section, or will at once."},
           {batch.section, {}, 0, 0, 0},
           {},
           batch.number});
}

void ledger_worker_state::turn_foreign_away() {
  if (!peers->is_clustered)
    return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (is_foreign(batches[i].section)) {
      turn_away(askers[i], batches[i]);
      continue;
    }
    if (kept != i) {
      batches[kept] = std::move(batches[i]);
      askers[kept] = std::move(askers[i]);
    }
    ++kept;
  }
  batches.resize(kept);
  askers.resize(kept);
}

void ledger_worker_state::on_own_partitions() {
  // A store that is closed takes its time; it asks what is wanted when it
  // opens.
  settle_ownership();
}

void ledger_worker_state::settle_ownership() {
  if (!stores || !peers->is_clustered)
    return;
  give_up(owned & ~wanted());
  auto lacking = wanted() & ~owned;
  auto now = self->clock().now();
  if (lacking.none() || now < take_at)
    return;
  auto taken = take_over(lacking);
  if (taken)
    return;
  // What it owns goes on where only SQL is away.
  if (owned.none() || taken.error().code == ec::ledger_lost
      || !stores->commit_group().open()) {
    fail(taken.error());
    return;
  }
  take_at = now + take_pause;
  log_warn("take-over-failed", "ledger worker {} tries again in {} ms: {}",
           index, take_pause.count(), taken.error().detail);
}

void ledger_worker_state::give_up(partition_set which) {
  if (which.none())
    return;
  // From here on no mirror answers, and whoever asks is told to look elsewhere.
  peers->set_lease_end(which, {});
  peers->set_owner(which, {});
  owned &= ~which;
  known &= ~which;
  uncommitted.forget(which);
  std::erase_if(changed,
                [&](const auto& x) { return which[partition_of(x.first)]; });
  auto waiting = std::move(parked);
  parked.clear();
  for (auto& [section, x] : waiting) {
    if (!which[partition_of(section)]) {
      parked[section] = std::move(x);
      continue;
    }
    // It is decided; whoever owns it now knows when SQL has it.
    x.answer.error = {ec::in_doubt, "The section moved to another node."};
    x.answer.outcomes.clear();
    deliver(x.asker, std::move(x.answer));
  }
  watch_bound();
  if (stores) {
    stores->ledger().speak_for(which);
    // A lease that is not ended ends by itself.
    static_cast<void>(stores->ledger().let_go());
    stores->ledger().speak_for(owned);
  }
  log_info("partitions-given-up",
           "ledger worker {} owns {} partitions less, {} in all", index,
           which.count(), owned.count());
  tell_moved(which);
  if (auto sections = peers->sections_supervisor.get())
    self->send(sections, partitions_moved{members_of(which)});
}

void ledger_worker_state::tell_moved(const partition_set& which) {
  if (auto member = peers->member.get())
    self->send(member, partitions_moved{members_of(which)});
}

// -- what operators ask of its partitions
// ---------------------------------------

ledger_lag ledger_worker_state::on_get_lag() const {
  return {{}, uncommitted.by_partition()};
}

cursor_reply ledger_worker_state::on_get_cursor(const get_cursor& x) const {
  return {x.section, uncommitted.committed_of(x.section)};
}

} // namespace registrar
