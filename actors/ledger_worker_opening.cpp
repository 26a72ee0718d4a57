#include "actors/ledger_worker.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <random>

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
  if (stores)
    static_cast<void>(stores->ledger().let_go());
}

fallible<done> ledger_worker_state::hold() {
  auto& ledger = stores->ledger();
  if (!ledger.is_shared())
    return done{};
  auto sent = self->clock().now();
  if (auto held = ledger.hold(limits::lease_ttl); !held)
    return held;
  peers->set_lease_end(share, sent + limits::lease_ttl);
  renew_at = sent + limits::lease_ttl / 3;
  return done{};
}

fallible<done> ledger_worker_state::learn_cursors() {
  if (knows_cursors || !stores->ledger().is_shared())
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
  for (const auto& x : *cursors)
    if (share.has(partition_of(x.section)))
      uncommitted.committed(x.section, x.last_sequence);
  knows_cursors = true;
  return done{};
}

fallible<done> ledger_worker_state::take_over() {
  auto& ledger = stores->ledger();
  if (auto held = hold(); !held)
    return held;
  if (auto learned = learn_cursors(); !learned)
    return learned;
  if (auto opened = stores->commit_group().open(); !opened)
    return opened.error();
  auto before = ledger.current_epoch();
  if (!before)
    return before.error();
  // A ledger that lost writes may have lost an epoch too.
  highest_epoch = std::max(highest_epoch, before->number);
  auto owner = epoch_above(highest_epoch);
  highest_epoch = owner.number;
  if (auto fenced = ledger.fence(owner); !fenced)
    return fenced.error();
  if (auto committed = stores->commit_group().commit(); !committed)
    return committed.error();
  auto inactive = catalogue->inactive_students();
  if (auto set = ledger.set_standing(inactive); !set)
    return set.error();
  auto headers = ledger.headers();
  if (!headers)
    return headers.error();
  uncommitted.forget_ledger();
  for (const auto& header : *headers) {
    uncommitted.ledger_is_at(header.section, header.sequence);
    changed[header.section] = header;
  }
  has_behind = !uncommitted.sections_behind().empty();
  say_behind();
  peers->set_owner(share, owner);
  watch_bound();
  return done{};
}

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
  if (auto held = hold(); !held)
    return held;
  auto noted = sql.note(
    {"registrar", "section restored from SQL", section.to_string(),
     "after a failover, at sequence " + std::to_string(header.sequence)});
  if (!noted)
    return noted;
  auto loaded = stores->ledger().restore(peers->owner(share.index), whole);
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
  if (auto owned = take_over(); !owned) {
    fail(owned.error());
    return false;
  }
  last_failure = {};
  backoff = 0ms;
  peers->meters.ledger_openings.add();
  log_info("ledger-opened", "ledger worker {} opened the ledger as epoch {}",
           index, peers->owner(share.index).number);
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
    peers->set_owner(share, {});
  backoff = std::clamp<std::chrono::milliseconds>(backoff * 2, backoff_min,
                                                  backoff_max);
  retry_at = self->clock().now() + backoff;
  log_error("ledger-failed", "ledger worker {} closed the ledger for {} ms: {}",
            index, backoff.count(), why.detail);
}

} // namespace registrar
