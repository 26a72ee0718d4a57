#include "actors/journal_reader.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

#include <utility>

namespace registrar {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds read_pause_min = 50ms;
constexpr milliseconds read_pause_max = 5s;
/// While SQL takes nothing: how often its workers are asked whether it does.
constexpr milliseconds ask_workers_again = 250ms;
/// A worker that needs longer for one portion counts as not well.
constexpr milliseconds worker_timeout = 10s;
constexpr milliseconds ledger_timeout = 2s;

} // namespace

journal_reader_state::journal_reader_state()
  : pause(read_pause_min, read_pause_max) {
}

// -- opening and failing ------------------------------------------------------

bool journal_reader_state::open() {
  if (journal)
    return true;
  auto opened = factory->open_journal();
  if (!opened) {
    fail(opened.error());
    return false;
  }
  journal = std::move(*opened);
  return true;
}

void journal_reader_state::fail(const failure& why) {
  journal.reset();
  last_failure = why;
  peers->meters.journal_failures.add();
  auto wait = pause.next();
  log_warn("journal-failed", "journal reader tries again in {} ms: {}",
           wait.count(), why.detail);
  want_tick(wait);
}

void journal_reader_state::want_tick(milliseconds wait) {
  if (tick_is_due)
    return;
  tick_is_due = true;
  probe.sent(self->clock().now() + wait);
  self->delayed_send(self, wait, tick{});
}

// -- reading ------------------------------------------------------------------

void journal_reader_state::on_fill_gap(const fill_gap& x) {
  if (x.section.is_nil()) {
    auto all = all_partitions();
    if (peers->is_clustered)
      for (std::uint32_t p = 0; p < partition_count; ++p)
        all.set(p, peers->owner(p) != epoch{});
    begin(all);
  } else {
    gaps[x.section] = x.after;
  }
  if (awaited_workers == 0)
    want_tick(0ms);
}

void journal_reader_state::on_partitions_moved(const partitions_moved& x) {
  for (auto p : x.partitions)
    to_read.set(p);
  if (awaited_workers == 0)
    want_tick(0ms);
}

void journal_reader_state::begin(const partition_set& partitions) {
  to_read = partitions;
  is_reading = false;
}

void journal_reader_state::on_tick() {
  tick_is_due = false;
  probe.handled(self->clock().now(),
                peers->meters.mailbox_wait_of(actor_role::journal_reader));
  if (awaited_workers > 0 || !has_work())
    return;
  if (!workers_answered) {
    wait_for_workers();
    return;
  }
  if (gaps.empty() && !workers_are_well) {
    workers_answered = false;
    want_tick(ask_workers_again);
    return;
  }
  if (!open())
    return;
  if (auto went_well = read_portion(); !went_well) {
    fail(went_well.error());
    return;
  }
  last_failure = {};
  pause.reset();
  workers_answered = false;
  if (has_work())
    want_tick(0ms);
}

fallible<done> journal_reader_state::read_portion() {
  if (gaps.empty())
    return read_page();
  std::size_t sent = 0;
  while (!gaps.empty() && sent < limits::sync_batch_max) {
    auto [section, after] = *gaps.begin();
    auto count = read_section(section, after);
    if (!count)
      return count.error();
    sent += *count;
    gaps.erase(section);
  }
  return done{};
}

fallible<done> journal_reader_state::read_page() {
  if (!is_reading) {
    reading = std::exchange(to_read, {});
    position = 0;
    is_reading = reading.any();
    if (!is_reading)
      return done{};
  }
  journal->narrow_to(reading);
  auto page = journal->read(position, limits::sync_batch_max);
  if (!page)
    return page.error();
  if (page->position == position) {
    is_reading = false;
    return done{};
  }
  position = page->position;
  send_entries(std::move(page->entries));
  return done{};
}

fallible<std::size_t>
journal_reader_state::read_section(const section_id& section,
                                   std::uint64_t after) {
  auto entries = journal->read_section(section, after, limits::sync_batch_max);
  if (!entries)
    return entries.error();
  auto count = entries->size();
  if (count == 0 || entries->front().after.sequence != after + 1)
    project(section);
  else
    send_entries(std::move(*entries));
  return count;
}

void journal_reader_state::send_entries(std::vector<journal_entry> entries) {
  read += entries.size();
  peers->meters.journal_entries_read.add(entries.size());
  std::vector<entries_appended> shares(peers->sync.size());
  for (auto& entry : entries) {
    auto worker = directory::index_of(entry.after.section, peers->sync);
    shares[worker].entries.push_back(std::move(entry));
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    // A worker that is not there asks for everything when it comes.
    auto worker = peers->sync[i].get();
    if (worker && !shares[i].entries.empty())
      self->send(worker, std::move(shares[i]));
  }
}

void journal_reader_state::project(const section_id& section) {
  auto ledger = peers->ledger_of(partition_of(section)).get();
  auto worker = peers->sync[directory::index_of(section, peers->sync)].get();
  // Whoever lacks the entries asks again.
  if (!ledger || !worker)
    return;
  self->request(ledger, ledger_timeout, get_rows{section})
    .then(
      [this, worker](rows_reply& x) {
        if (x.error.code != ec::none) {
          last_failure = x.error;
          return;
        }
        ++projected;
        peers->meters.sections_projected.add();
        self->send(worker, project_section{std::move(x.rows)});
      },
      [this](const caf::error&) {
        last_failure = {ec::dependency_unavailable,
                        "The ledger worker did not give a section's rows."};
      });
}

// -- not faster than the workers ----------------------------------------------

void journal_reader_state::wait_for_workers() {
  workers_are_well = true;
  awaited_workers = peers->sync.size();
  for (const auto& slot : peers->sync) {
    auto worker = slot.get();
    if (!worker) {
      on_worker(false);
      continue;
    }
    self->request(worker, worker_timeout, ping{})
      .then([this](const failure& x) { on_worker(x.code == ec::none); },
            [this](const caf::error&) { on_worker(false); });
  }
}

void journal_reader_state::on_worker(bool is_well) {
  workers_are_well = workers_are_well && is_well;
  if (--awaited_workers > 0)
    return;
  workers_answered = true;
  want_tick(0ms);
}

failure journal_reader_state::on_ping() {
  // Between two attempts the last one still counts.
  if (last_failure.code == ec::none)
    open();
  return last_failure;
}

actor_status journal_reader_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = last_failure.code == ec::none ? "running" : "degraded";
  result.last_failure = last_failure.detail;
  result.figures = {
    {"lacking_sections", static_cast<std::int64_t>(gaps.size())},
    {"reads_all", is_reading || to_read.any() ? 1 : 0},
    {"read", static_cast<std::int64_t>(read)},
    {"projected", static_cast<std::int64_t>(projected)},
  };
  return result;
}

journal_reader_actor::behavior_type
journal_reader(journal_reader_state::pointer self,
               std::shared_ptr<directory> peers,
               std::shared_ptr<store_factory> factory) {
  auto& state = self->state;
  state.self = self;
  state.peers = std::move(peers);
  state.factory = std::move(factory);
  self->send(self, fill_gap{});
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const fill_gap& x) { self->state.on_fill_gap(x); },
    [self](ping) { return self->state.on_ping(); },
    [self](tick) { self->state.on_tick(); },
    [self](const partitions_moved& x) { self->state.on_partitions_moved(x); },
  };
}

} // namespace registrar
