#include "actors/journal_reader.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto retry_after = 200ms;
/// A worker that takes longer is not waited for; what it misses is a gap.
constexpr auto worker_timeout = 10s;
constexpr auto ledger_timeout = 2s;

} // namespace

bool journal_reader_state::open() {
  if (journal)
    return true;
  auto opened = factory->open_journal();
  if (!opened) {
    last_failure = opened.error();
    return false;
  }
  journal = std::move(*opened);
  last_failure = {};
  return true;
}

void journal_reader_state::want_tick(std::chrono::milliseconds wait) {
  if (tick_is_due)
    return;
  tick_is_due = true;
  self->delayed_send(self, wait, tick{});
}

void journal_reader_state::on_fill_gap(const fill_gap& x) {
  if (x.section.is_nil()) {
    reads_all = true;
    position = 0;
  } else {
    gaps.push_back(x);
  }
  want_tick(0ms);
}

void journal_reader_state::on_tick() {
  tick_is_due = false;
  if (awaited_workers > 0)
    return;
  if (!open()) {
    want_tick(retry_after);
    return;
  }
  auto went_well = true;
  while (went_well && !gaps.empty()) {
    went_well = read_section(gaps.front());
    if (went_well)
      gaps.pop_front();
  }
  if (went_well && reads_all)
    went_well = read_page();
  if (!went_well) {
    log_warn("journal-failed", "journal reader tries again in {} ms: {}",
             retry_after.count(), last_failure.detail);
    journal.reset();
    want_tick(retry_after);
  }
}

bool journal_reader_state::read_page() {
  auto page = journal->read(position, limits::sync_batch_max);
  if (!page) {
    last_failure = page.error();
    return false;
  }
  if (page->position == position) {
    reads_all = false;
    return true;
  }
  position = page->position;
  send_entries(std::move(page->entries));
  wait_for_workers();
  return true;
}

bool journal_reader_state::read_section(const fill_gap& gap) {
  auto entries
    = journal->read_section(gap.section, gap.after, limits::sync_batch_max);
  if (!entries) {
    last_failure = entries.error();
    return false;
  }
  if (entries->empty() || entries->front().after.sequence != gap.after + 1) {
    project(gap.section);
    return true;
  }
  auto is_whole_portion = entries->size() == limits::sync_batch_max;
  auto last = entries->back().after.sequence;
  send_entries(std::move(*entries));
  if (is_whole_portion)
    gaps.push_back({gap.section, last});
  return true;
}

void journal_reader_state::send_entries(std::vector<journal_entry> entries) {
  read += entries.size();
  std::vector<entries_appended> shares(peers->sync.size());
  std::vector<entries_appended> notices(peers->waitlist.size());
  for (auto& entry : entries) {
    const auto& section = entry.after.section;
    // A notice that a crash kept from being written is written now.
    if (entry.kind == entry_kind::promoted
        || entry.kind == entry_kind::removed_from_waitlist)
      notices[directory::index_of(section, peers->waitlist)].entries.push_back(
        entry);
    shares[directory::index_of(section, peers->sync)].entries.push_back(
      std::move(entry));
  }
  auto send_all = [this](auto& slots, auto& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto worker = slots[i].get();
      if (worker && !parts[i].entries.empty())
        self->send(worker, std::move(parts[i]));
    }
  };
  send_all(peers->sync, shares);
  send_all(peers->waitlist, notices);
}

void journal_reader_state::wait_for_workers() {
  auto go_on = [this] {
    if (--awaited_workers == 0)
      want_tick(0ms);
  };
  for (const auto& slot : peers->sync) {
    auto worker = slot.get();
    if (!worker)
      continue;
    ++awaited_workers;
    self->request(worker, worker_timeout, ping{})
      .then([go_on](const failure&) { go_on(); },
            [go_on](const caf::error&) { go_on(); });
  }
  if (awaited_workers == 0)
    want_tick(retry_after);
}

void journal_reader_state::project(const section_id& section) {
  auto ledger = peers->ledger.get();
  auto worker = peers->sync[directory::index_of(section, peers->sync)].get();
  if (!ledger || !worker)
    return;
  ++projected;
  self->request(ledger, ledger_timeout, get_rows{section})
    .then(
      [this, worker](rows_reply& x) {
        if (x.error.code == ec::none)
          self->send(worker, project_section{std::move(x.rows)});
        else
          last_failure = x.error;
      },
      [](const caf::error&) {
        // The gap is seen again with the section's next entry.
      });
}

actor_status journal_reader_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = last_failure.code == ec::none ? "running" : "degraded";
  result.last_failure = last_failure.detail;
  result.figures = {
    {"gaps", static_cast<std::int64_t>(gaps.size())},
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
    [self](tick) { self->state.on_tick(); },
  };
}

} // namespace registrar
