#include "actors/database_sync.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

namespace registrar {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// About 60 MB while SQL takes nothing, and what may wait behind holes.
constexpr sync_buffer::bounds buffer_bounds{limits::sync_batch_max, 200'000,
                                            16'384};

/// Entries gather for ten times as long as the last transaction took, or for
/// this long for each of its entries, within these: an idle service has SQL
/// current at once, a busy one writes fewer and larger transactions, which cost
/// half as much a row, since they write a section's row once for many students,
/// and leaves the disk to the ledger for most of the time. Above 100 entries a
/// second gathering grows to the bound; so SQL is current within 2 s after it.
constexpr int gather_factor = 10;
constexpr milliseconds gather_each = 10ms;
constexpr milliseconds gather_min = 2ms;
constexpr milliseconds gather_max = 1'000ms;
/// While answers wait for SQL.
constexpr milliseconds gather_max_awaited = 20ms;

constexpr milliseconds commit_pause_min = 50ms;
constexpr milliseconds commit_pause_max = 5s;
/// A stopped worker looks this seldom whether somebody repaired the data.
constexpr milliseconds stopped_pause = 30s;

/// While some ledger workers have taken their partitions over, and some not.
constexpr milliseconds take_over_time = 20ms;

/// Lost ledger workers are noticed within it.
constexpr milliseconds sync_tick_period = 1s;

/// SQL refuses an entry for good.
bool is_refusal(ec code) {
  return code == ec::conflict || code == ec::invalid_value;
}

/// Trying again does not help.
bool is_permanent(ec code) {
  return is_refusal(code) || code == ec::store_corrupt;
}

/// @param took, count of the last transaction.
milliseconds gather_after(std::chrono::steady_clock::duration took,
                          std::size_t count, milliseconds most) {
  auto by_time = std::chrono::duration_cast<milliseconds>(gather_factor * took);
  auto by_count = gather_each * static_cast<std::int64_t>(count);
  return std::clamp(std::max(by_time, by_count), gather_min, most);
}

} // namespace

database_sync_state::database_sync_state()
  : buffer(buffer_bounds), pause(commit_pause_min, commit_pause_max),
    gather_time(gather_min) {
}

database_sync_state::~database_sync_state() {
  // Whoever comes next finds out again.
  if (stopped_the_pool)
    peers->refusals.resume();
}

// -- opening and failing ------------------------------------------------------

bool database_sync_state::open() {
  if (store)
    return true;
  if (self->clock().now() < retry_at)
    return false;
  auto opened = factory->open_registrations();
  if (!opened) {
    fail(opened.error());
    return false;
  }
  auto cursors = (*opened)->cursors();
  if (!cursors) {
    fail(cursors.error());
    return false;
  }
  store = std::move(*opened);
  fenced_as = {};
  buffer.reconcile(*cursors);
  // With something to write, only that shows whether SQL takes it.
  if (buffer.size() == 0)
    recover();
  tell_committed(own_cursors());
  if (!knows_cursors) {
    knows_cursors = true;
    // What came before this was not kept.
    if (auto reader = peers->journal_reader.get())
      self->send(reader, fill_gap{});
  }
  return true;
}

void database_sync_state::fail(const failure& why) {
  ++failures;
  peers->meters.sync_failures.add();
  store.reset();
  last_failure = why;
  auto wait = pause.next();
  if (is_permanent(why.code)) {
    wait = stopped_pause;
    if (!is_stopped)
      log_error("database-sync-stopped",
                "database-sync {} writes no more, {} entries wait in the "
                "journal: {}",
                index, buffer.size(), why.detail);
    is_stopped = true;
  } else {
    log_warn("sql-failed", "database-sync {} tries again in {} ms: {}", index,
             wait.count(), why.detail);
  }
  retry_at = self->clock().now() + wait;
  want_flush(wait);
}

bool database_sync_state::write_as_owner() {
  auto present = peers->owners();
  if (peers->is_clustered)
    forget_foreign(present);
  std::vector<partition_epoch> all;
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    if (present[p] != epoch{})
      owners[p] = present[p];
    if (owners[p] != epoch{})
      all.push_back({p, owners[p]});
  }
  // Who owns nothing yet brings only what the journal holds: facts.
  if (owners == fenced_as || all.empty())
    return true;
  if (all.size() < owners.size() && !peers->is_clustered) {
    want_flush(take_over_time);
    return false;
  }
  if (auto fenced = store->fence(all); !fenced) {
    fail(fenced.error());
    return false;
  }
  fenced_as = owners;
  return true;
}

void database_sync_state::recover() {
  if (is_stopped)
    log_info("database-sync-resumed", "database-sync {} writes again", index);
  is_stopped = false;
  last_failure = {};
  pause.reset();
}

void database_sync_state::want_flush(milliseconds wait) {
  if (flush_is_due)
    return;
  flush_is_due = true;
  self->delayed_send(self, wait, flush{});
}

// -- entries ------------------------------------------------------------------

void database_sync_state::on_entries_appended(entries_appended& x) {
  // The journal has them too, and is read as soon as SQL has said how far it
  // has come.
  if (!knows_cursors)
    return;
  std::vector<journal_entry> known;
  for (auto& entry : x.entries) {
    // Read from the journal for its new owner, which is not this node.
    if (peers->is_foreign(entry.after.section))
      continue;
    if (peers->is_clustered)
      brought.set(partition_of(entry.after.section));
    if (refused.contains(entry.after.section))
      continue;
    if (entry.after.sequence <= buffer.committed_of(entry.after.section))
      known.push_back(std::move(entry));
    else
      buffer.add(std::move(entry));
  }
  if (!known.empty())
    repeat(std::move(known));
  ask_for_lacking();
  auto is_full = [this] { return buffer.size() >= limits::sync_batch_max; };
  if (is_full())
    write_next();
  note_oldest();
  if (buffer.size() > 0)
    want_flush(is_full() ? 0ms : gather_time);
}

void database_sync_state::note_oldest() const {
  // Before, a former worker's word stands: what it left is still to come.
  if (knows_cursors)
    peers->set_oldest(index, buffer.oldest());
}

void database_sync_state::on_flush() {
  flush_is_due = false;
  write_next();
  note_oldest();
  if (buffer.size() > 0)
    want_flush(0ms);
}

void database_sync_state::write_next() {
  if (!open()) {
    auto left = retry_at - self->clock().now();
    want_flush(std::chrono::ceil<milliseconds>(left));
    return;
  }
  if (buffer.next().empty() || !write_as_owner())
    return;
  auto next = buffer.next();
  if (next.empty())
    return;
  auto began = std::chrono::steady_clock::now();
  if (peers->refusals.is_stopped() && !stopped_the_pool) {
    fail({ec::store_corrupt, "SQL refuses too many entries of another worker "
                             "to give them up."});
    return;
  }
  auto applied = store->apply(next);
  if (!applied) {
    if (is_refusal(applied.error().code))
      isolate(applied.error());
    else
      fail(applied.error());
    return;
  }
  if (stopped_the_pool) {
    stopped_the_pool = false;
    peers->refusals.resume();
  }
  auto took = std::chrono::steady_clock::now() - began;
  gather_time = gather_after(took, next.size(),
                             peers->answers_wait_for_sql ? gather_max_awaited
                                                         : gather_max);
  peers->meters.sync_transaction_time.note(took);
  recover();
  publish(*applied);
}

void database_sync_state::on_project_section(const project_section& x) {
  const auto& header = x.rows.header;
  // Nothing is lost by not doing it now: what lacks is asked for again.
  if (open() && buffer.committed_of(header.section) < header.sequence)
    project(x.rows);
}

void database_sync_state::project(const section_rows& rows) {
  const auto& header = rows.header;
  if (!open() || buffer.committed_of(header.section) > header.sequence
      || peers->is_foreign(header.section) || !write_as_owner())
    return;
  if (auto projected = store->project(rows); !projected) {
    fail(projected.error());
    return;
  }
  log_warn("section-projected",
           "database-sync {} replaced the rows of section {}, up to sequence "
           "{}, because the journal lacks some of them",
           index, header.section.to_string(), header.sequence);
  buffer.committed(header.section, header.sequence);
  section_cursor cursor{header.section, header.sequence};
  tell_committed({&cursor, 1});
  if (buffer.size() > 0)
    want_flush(0ms);
}

// -- reads and status ---------------------------------------------------------

failed_registrations_reply database_sync_state::on_get_failed_registrations(
  const get_failed_registrations& x) {
  if (!open())
    return {{ec::dependency_unavailable, last_failure.detail}, {}};
  auto since = now_utc() - limits::failed_shown_for;
  auto found = store->failed_registrations(x.student, since);
  if (!found) {
    fail(found.error());
    return {found.error(), {}};
  }
  failed_registrations_reply result;
  for (auto& row : *found)
    result.rows.push_back({row.registration, row.section, "", "", "failed", 0,
                           row.at, std::move(row.reason)});
  return result;
}

failure database_sync_state::on_ping() {
  if (!open())
    return last_failure;
  greet_ledger();
  if (auto answered = store->ping(); !answered) {
    fail(answered.error());
    return last_failure;
  }
  // It answers, but the last transaction was not taken and waits.
  if (buffer.size() > 0)
    return last_failure;
  recover();
  return {};
}

void database_sync_state::on_tick() {
  probe.handled(self->clock().now(),
                peers->meters.mailbox_wait_of(actor_role::database_sync));
  if (open()) {
    greet_ledger();
    ask_for_lacking();
    look_at_idle_store();
    ask_again();
  }
  note_oldest();
  probe.sent(self->clock().now() + sync_tick_period);
  self->delayed_send(self, sync_tick_period, tick{});
}

void database_sync_state::look_at_idle_store() {
  if (buffer.size() > 0 || !store)
    return;
  if (auto answered = store->ping(); !answered)
    fail(answered.error());
}

actor_status database_sync_state::on_get_status() const {
  auto figure = [](std::size_t x) { return static_cast<std::int64_t>(x); };
  std::chrono::milliseconds lag{0};
  if (auto oldest = buffer.oldest())
    lag = std::max(lag, now_utc() - *oldest);
  actor_status result;
  result.name = std::string{name} + "/" + std::to_string(index);
  result.state = is_stopped                      ? "stopped"
                 : last_failure.code != ec::none ? "degraded"
                 : !knows_cursors                ? "starting"
                                                 : "running";
  result.last_failure = last_failure.detail;
  result.figures = {
    {"waiting", figure(buffer.size())},
    {"held", figure(buffer.held())},
    {"lacking_sections", figure(buffer.lacking())},
    {"lag_ms", lag.count()},
    {"transactions", figure(transactions)},
    {"written", figure(written)},
    {"failures", figure(failures)},
    {"given_up", figure(given_up)},
  };
  return result;
}

database_sync_worker_actor::behavior_type
database_sync(database_sync_state::pointer self, std::size_t index,
              std::shared_ptr<directory> peers,
              std::shared_ptr<store_factory> factory) {
  auto& state = self->state;
  state.self = self;
  state.index = index;
  state.peers = std::move(peers);
  state.factory = std::move(factory);
  self->send(self, tick{});
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](entries_appended& x) { self->state.on_entries_appended(x); },
    [self](const project_section& x) { self->state.on_project_section(x); },
    [self](const batch_decided& x) { self->state.on_batch_decided(x); },
    [self](const get_failed_registrations& x) {
      return self->state.on_get_failed_registrations(x);
    },
    [self](ping) { return self->state.on_ping(); },
    [self](flush) { self->state.on_flush(); },
    [self](tick) { self->state.on_tick(); },
    [self](const entries_committed& x) { self->state.on_entries_committed(x); },
  };
}

} // namespace registrar
