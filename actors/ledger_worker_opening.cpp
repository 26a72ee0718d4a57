#include "actors/ledger_worker.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <random>
#include <utility>

/// Takes a ledger over: lease, what SQL has, fence, what the ledger has.

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto backoff_min = 50ms;
constexpr auto backoff_max = 2s;

epoch epoch_above(std::uint64_t number) {
  std::random_device device;
  auto token = static_cast<std::uint64_t>(device()) << 32 | device();
  return {number + 1, token};
}

} // namespace

ledger_worker_state::~ledger_worker_state() {
  if (peers)
    count_uncommitted(0);
  if (!stores || !stores->ledger().is_shared())
    return;
  // First no mirror answers any more, then others may change what it shows.
  peers->set_lease_end(owned, {});
  static_cast<void>(stores->ledger().let_go());
}

partition_set ledger_worker_state::wanted() const {
  return share.partitions() & peers->wanted();
}

// -- leases -------------------------------------------------------------------

fallible<partition_set> ledger_worker_state::hold(const partition_set& which) {
  auto& ledger = stores->ledger();
  if (!ledger.is_shared())
    return which;
  auto sent = self->clock().now();
  ledger.speak_for(which);
  auto result = which;
  if (!peers->is_clustered) {
    if (auto held = ledger.hold(limits::lease_ttl); !held)
      return held.error();
  } else if (auto held = ledger.take(limits::lease_ttl); !held) {
    return held.error();
  } else {
    result &= *held;
  }
  ledger.speak_for(owned);
  peers->set_lease_end(result, sent + limits::lease_ttl);
  renew_at = std::min(renew_at, sent + limits::lease_ttl / 3);
  return result;
}

fallible<done> ledger_worker_state::renew() {
  renew_at = self->clock().now() + limits::lease_ttl / 3;
  if (owned.none())
    return done{};
  auto held = hold(owned);
  if (!held)
    return held.error();
  give_up(owned & ~*held);
  return done{};
}

// -- taking over --------------------------------------------------------------

fallible<done> ledger_worker_state::learn_cursors(const partition_set& which) {
  auto unknown = which & ~known;
  if (unknown.none() || !stores->ledger().is_shared())
    return done{};
  auto sql = factory->open_registrations();
  if (!sql)
    return sql.error();
  auto cursors = (*sql)->cursors();
  if (!cursors)
    return cursors.error();
  auto highest = (*sql)->highest_epoch();
  if (!highest)
    return highest.error();
  highest_epoch = std::max(highest_epoch, *highest);
  std::erase_if(*cursors, [&](const section_cursor& x) {
    return !unknown[partition_of(x.section)];
  });
  for (const auto& x : *cursors)
    uncommitted.committed(x.section, x.last_sequence);
  known |= unknown;
  tell_sync_workers(*cursors);
  return done{};
}

/// What the workers know of these sections is of the time when they were ours.
void ledger_worker_state::tell_sync_workers(
  std::span<const section_cursor> cursors) {
  if (!peers->is_clustered)
    return;
  std::vector<entries_committed> shares(peers->sync.size());
  for (const auto& x : cursors)
    shares[directory::index_of(x.section, shares)].cursors.emplace_back(
      x.section, x.last_sequence);
  for (std::size_t i = 0; i < shares.size(); ++i)
    if (auto worker = peers->sync[i].get();
        worker && !shares[i].cursors.empty())
      self->send(worker, std::move(shares[i]));
}

fallible<done> ledger_worker_state::take_over(partition_set which) {
  auto& ledger = stores->ledger();
  auto held = hold(which);
  if (!held)
    return held.error();
  which = *held;
  if (which.none() && peers->is_clustered)
    return done{};
  if (auto learned = learn_cursors(which); !learned)
    return learned;
  if (auto opened = stores->commit_group().open(); !opened)
    return opened.error();
  ledger.speak_for(which);
  auto before = ledger.current_epoch();
  if (!before)
    return before.error();
  // A ledger that lost writes may have lost an epoch too.
  highest_epoch = std::max(highest_epoch, before->number);
  auto owner = epoch_above(highest_epoch);
  highest_epoch = owner.number;
  if (auto fenced_off = ledger.fence(owner); !fenced_off)
    return fenced_off.error();
  if (auto committed = stores->commit_group().commit(); !committed)
    return committed.error();
  auto inactive = catalogue->inactive_students();
  if (auto set = ledger.set_standing(inactive); !set)
    return set.error();
  auto headers = ledger.headers();
  if (!headers)
    return headers.error();
  uncommitted.forget_ledger(which);
  for (const auto& header : *headers) {
    uncommitted.ledger_is_at(header.section, header.sequence);
    changed[header.section] = header;
  }
  has_behind = !uncommitted.sections_behind().empty();
  say_behind();
  owned |= which;
  ledger.speak_for(owned);
  peers->set_owner(which, owner);
  watch_bound();
  if (peers->is_clustered) {
    log_info("partitions-taken",
             "ledger worker {} owns {} more partitions as epoch {}, {} in all",
             index, which.count(), owner.number, owned.count());
    ask_for_lacking(which);
    tell_moved(which);
  }
  return done{};
}

void ledger_worker_state::ask_for_lacking(const partition_set& which) {
  auto reader = peers->journal_reader.get();
  if (!reader)
    return;
  for (const auto& x : uncommitted.lacking(which))
    self->send(reader, fill_gap{x.section, x.last_sequence});
  // Also what SQL has and whose notices a node that died may not have written.
  self->send(reader, partitions_moved{members_of(which)});
}

// -- a ledger that lost writes ------------------------------------------------

void ledger_worker_state::say_behind() const {
  auto behind = uncommitted.sections_behind();
  if (!behind.empty())
    log_error("ledger-behind",
              "the ledger has lost writes of {} sections, {} among them, which "
              "answer 503 until it is restored or rebuilt",
              behind.size(), behind.front().to_string());
}

void ledger_worker_state::restore_behind() {
  if (!has_behind || !stores || !stores->ledger().can_restore())
    return;
  auto sections = uncommitted.sections_to_restore();
  if (sections.empty())
    return;
  auto sql = factory->open_registrations();
  auto whole = sql ? (*sql)->rows(sections) : sql.error();
  if (!whole) {
    log_warn("restore-failed", "{} sections wait for SQL: {}", sections.size(),
             whole.error().detail);
    return;
  }
  for (const auto& x : *whole)
    if (auto restored = restore(**sql, x); !restored) {
      fail(restored.error());
      return;
    }
  // The rows that were restored bear no marks.
  auto marked = stores->ledger().set_standing(catalogue->inactive_students());
  if (!marked)
    fail(marked.error());
  has_behind = !uncommitted.sections_behind().empty();
}

fallible<done> ledger_worker_state::restore(registration_store& sql,
                                            const section_rows& whole) {
  const auto& header = whole.header;
  const auto& section = header.section;
  auto at_least = uncommitted.appended_of(section);
  // SQL has lost commits since it was heard.
  if (header.sequence < at_least)
    return done{};
  if (auto renewed = renew(); !renewed)
    return renewed;
  if (is_foreign(section))
    return done{};
  auto noted = sql.note(
    {"registrar", "section restored from SQL", section.to_string(),
     "after a failover, at sequence " + std::to_string(header.sequence)});
  if (!noted)
    return noted;
  auto owner = peers->owner(partition_of(section));
  auto loaded = stores->ledger().restore(owner, whole);
  if (!loaded)
    return loaded;
  log_warn("section-restored",
           "ledger worker {} loaded section {} from SQL, at sequence {}, "
           "because a failover lost some of it",
           index, section.to_string(), header.sequence);
  uncommitted.ledger_is_at(section, header.sequence);
  changed[section] = header;
  return done{};
}

bool ledger_worker_state::open() {
  if (stores)
    return true;
  if (self->clock().now() < retry_at)
    return false;
  // The embedded back end hands out one at a time: the former is gone.
  auto opened = factory->open_ledger(share);
  if (!opened) {
    fail(opened.error());
    return false;
  }
  stores = std::move(*opened);
  // Also those of a worker before this one.
  partition_set before;
  for (auto p : members_of(share.partitions()))
    before.set(p, peers->owner(p) != epoch{});
  owned.reset();
  // Others may have brought it on meanwhile.
  if (peers->is_clustered)
    known.reset();
  renew_at = self->clock().now() + limits::lease_ttl / 3;
  if (auto taken = take_over(wanted()); !taken) {
    owned = before;
    fail(taken.error());
    return false;
  }
  give_up(before & ~owned);
  last_failure = {};
  backoff = 0ms;
  peers->meters.ledger_openings.add();
  log_info("ledger-opened", "ledger worker {} opened the ledger as epoch {}",
           index, highest_epoch);
  // What was appended in a commit whose answer was lost is in the journal only.
  if (auto reader = peers->journal_reader.get())
    self->send(reader, fill_gap{});
  return true;
}

void ledger_worker_state::fail(const failure& why) {
  stores.reset();
  last_failure = why;
  peers->meters.ledger_failures.add();
  // Not even a mirror speaks for a ledger that is lost.
  if (why.code == ec::ledger_lost)
    peers->set_owner(share.partitions(), {});
  backoff = std::clamp<std::chrono::milliseconds>(backoff * 2, backoff_min,
                                                  backoff_max);
  retry_at = self->clock().now() + backoff;
  log_error("ledger-failed", "ledger worker {} closed the ledger for {} ms: {}",
            index, backoff.count(), why.detail);
}

} // namespace registrar
