#include "actors/database_sync.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>
#include <random>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// Entries gather for this long: one transaction instead of many.
constexpr auto gather_time = 5ms;
constexpr auto backoff_min = 50ms;
constexpr auto backoff_max = 5s;
/// Entries kept in memory while SQL does not take them; about 60 MB.
constexpr std::size_t buffered_max = 200'000;

bool concerns_waiting(const journal_entry& entry) {
  return entry.kind == entry_kind::promoted
         || entry.kind == entry_kind::removed_from_waitlist;
}

} // namespace

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
  store = std::move(*opened);
  auto cursors = store->cursors();
  if (!cursors) {
    fail(cursors.error());
    return false;
  }
  for (const auto& cursor : *cursors)
    buffer.committed(cursor.section, cursor.last_sequence);
  tell_committed(*cursors);
  // What the journal holds beyond the cursors, and what came while we were not.
  if (auto reader = peers->journal_reader.get())
    self->send(reader, fill_gap{});
  return true;
}

void database_sync_state::fail(const failure& why) {
  store.reset();
  last_failure = why;
  backoff = std::clamp<std::chrono::milliseconds>(backoff * 2, backoff_min,
                                                  backoff_max);
  auto jitter = std::uniform_real_distribution<double>{0.5, 1.0}(chance);
  auto wait = std::chrono::milliseconds{
    static_cast<long>(static_cast<double>(backoff.count()) * jitter)};
  retry_at = self->clock().now() + wait;
  log_warn("sql-failed", "database-sync {} tries again in {} ms: {}", index,
           wait.count(), why.detail);
  if (buffer.size() > buffered_max) {
    buffer.drop_all();
    forgot_entries = true;
  }
  want_flush(wait + 1ms);
}

void database_sync_state::want_flush(std::chrono::milliseconds wait) {
  if (flush_is_due)
    return;
  flush_is_due = true;
  self->delayed_send(self, wait, flush{});
}

void database_sync_state::on_entries_appended(entries_appended& x) {
  for (auto& entry : x.entries)
    buffer.add(std::move(entry));
  ask_for_gaps();
  if (buffer.size() >= limits::sync_batch_max)
    write_next();
  if (buffer.size() > 0)
    want_flush(gather_time);
}

void database_sync_state::on_flush() {
  flush_is_due = false;
  write_next();
  if (buffer.size() > 0)
    want_flush(0ms);
}

void database_sync_state::write_next() {
  if (!open()) {
    want_flush(backoff);
    return;
  }
  auto next = buffer.next(limits::sync_batch_max);
  if (next.empty())
    return;
  auto applied = store->apply(next);
  if (!applied) {
    fail(applied.error());
    return;
  }
  ++transactions;
  written += next.size();
  last_failure = {};
  backoff = 0ms;
  for (const auto& cursor : applied->cursors)
    buffer.committed(cursor.section, cursor.last_sequence);
  hand_to_waitlist(next);
  buffer.written(next.size());
  tell_committed(applied->cursors);
  auto reader = peers->journal_reader.get();
  for (const auto& gap : applied->gaps) {
    buffer.rewind(gap.section, gap.last_sequence);
    if (reader)
      self->send(reader, fill_gap{gap.section, gap.last_sequence});
  }
  if (forgot_entries && reader) {
    forgot_entries = false;
    self->send(reader, fill_gap{});
  }
}

void database_sync_state::tell_committed(
  const std::vector<section_cursor>& cursors) {
  auto ledger = peers->ledger.get();
  if (!ledger || cursors.empty())
    return;
  entries_committed told;
  told.cursors.reserve(cursors.size());
  for (const auto& cursor : cursors)
    told.cursors.emplace_back(cursor.section, cursor.last_sequence);
  self->send(ledger, std::move(told));
}

void database_sync_state::hand_to_waitlist(
  std::span<const journal_entry> done_entries) {
  std::vector<entries_appended> shares(peers->waitlist.size());
  for (const auto& entry : done_entries)
    if (concerns_waiting(entry))
      shares[directory::index_of(entry.after.section, peers->waitlist)]
        .entries.push_back(entry);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    auto worker = peers->waitlist[i].get();
    if (worker && !shares[i].entries.empty())
      self->send(worker, std::move(shares[i]));
  }
}

void database_sync_state::ask_for_gaps() {
  for (const auto& [section, after] : buffer.take_gaps())
    if (auto reader = peers->journal_reader.get())
      self->send(reader, fill_gap{section, after});
}

void database_sync_state::on_project_section(const project_section& x) {
  const auto& header = x.rows.header;
  if (!open())
    return;
  // SQL has caught up meanwhile: nothing to replace.
  if (buffer.committed_of(header.section) >= header.sequence)
    return;
  if (auto projected = store->project(x.rows); !projected) {
    fail(projected.error());
    return;
  }
  log_warn("section-projected",
           "database-sync {} replaced section {} up to sequence {}", index,
           header.section.to_string(), header.sequence);
  buffer.committed(header.section, header.sequence);
  tell_committed({{header.section, header.sequence}});
}

failed_registrations_reply database_sync_state::on_get_failed_registrations(
  const get_failed_registrations& x) {
  if (!open())
    return {{ec::dependency_unavailable, last_failure.detail}, {}};
  auto since = now_utc() - limits::failed_shown_for;
  auto found = store->failed_registrations(x.student, since);
  if (!found)
    return {found.error(), {}};
  failed_registrations_reply result;
  for (auto& row : *found)
    result.rows.push_back({row.registration, row.section, "", "", "failed", 0,
                           row.at, std::move(row.reason)});
  return result;
}

failure database_sync_state::on_ping() {
  if (!open())
    return last_failure;
  auto answered = store->ping();
  return answered ? failure{} : answered.error();
}

actor_status database_sync_state::on_get_status() const {
  actor_status result;
  result.name = std::string{name} + "/" + std::to_string(index);
  result.state = last_failure.code == ec::none ? "running" : "degraded";
  result.last_failure = last_failure.detail;
  result.figures = {
    {"buffered", static_cast<std::int64_t>(buffer.size())},
    {"transactions", static_cast<std::int64_t>(transactions)},
    {"written", static_cast<std::int64_t>(written)},
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
  state.chance.seed(std::random_device{}());
  state.want_flush(0ms);
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](entries_appended& x) { self->state.on_entries_appended(x); },
    [self](const project_section& x) { self->state.on_project_section(x); },
    [self](const get_failed_registrations& x) {
      return self->state.on_get_failed_registrations(x);
    },
    [self](ping) { return self->state.on_ping(); },
    [self](flush) { self->state.on_flush(); },
  };
}

} // namespace registrar
