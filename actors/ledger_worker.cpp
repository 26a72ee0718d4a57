#include "actors/ledger_worker.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"
#include "messages/assertion.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto ledger_tick_period = 250ms;
constexpr auto trim_period = 60s;
/// Rows one trim deletes: some milliseconds of the worker's time.
constexpr std::size_t trim_rows_max = 2'000;

/// Steps of the ledger over which their time is averaged.
constexpr auto time_memory = std::int64_t{8};

bool is_withdrawal(const decide_batch& batch) {
  return batch.commands.size() == 1
         && batch.commands.front().kind == command_kind::withdraw;
}

} // namespace

// -- failing ------------------------------------------------------------------

failure ledger_worker_state::unavailable() const {
  auto is_lost = last_failure.code == ec::ledger_lost;
  return {is_lost ? ec::ledger_lost : ec::dependency_unavailable,
          last_failure.detail};
}

void ledger_worker_state::fail_gathered(const failure& why) {
  for (std::size_t i = 0; i < batches.size(); ++i)
    answer(askers[i],
           {why, {batches[i].section, {}, 0, 0, 0}, {}, batches[i].number});
  for (auto& x : begins.promises)
    x.deliver(key_begun{why, {}, 0, {}, {}});
  for (auto& x : completes.promises)
    x.deliver(key_completed{why, false, {}});
  for (auto& x : rows.promises)
    x.deliver(rows_reply{why, {}});
  for (auto& x : lives.promises)
    x.deliver(live_registrations{why, {}});
}

// -- gathering ----------------------------------------------------------------

void ledger_worker_state::want_flush() {
  if (flush_is_due)
    return;
  flush_is_due = true;
  self->send(self, flush{});
}

void ledger_worker_state::on_decide_batch(decide_batch& x) {
  if (stores && is_foreign(x.section)) {
    turn_away(self->current_sender(), x);
    return;
  }
  if (uncommitted.is_ledger_behind(x.section)) {
    failure why{ec::ledger_behind,
                "The ledger of this section has lost writes; an operator must "
                "restore it or run `registrar rebuild-ledger`."};
    answer(self->current_sender(),
           {std::move(why), {x.section, {}, 0, 0, 0}, {}, x.number});
    return;
  }
  batches.push_back(std::move(x));
  askers.push_back(self->current_sender());
  want_flush();
}

caf::result<key_begun> ledger_worker_state::on_begin_key(begin_key& x) {
  begins.commands.push_back(std::move(x));
  want_flush();
  return begins.promises.emplace_back(self->make_response_promise<key_begun>());
}

caf::result<key_completed>
ledger_worker_state::on_complete_key(complete_key& x) {
  completes.commands.push_back(std::move(x));
  want_flush();
  return completes.promises.emplace_back(
    self->make_response_promise<key_completed>());
}

caf::result<rows_reply> ledger_worker_state::on_get_rows(get_rows& x) {
  rows.commands.push_back(x);
  want_flush();
  return rows.promises.emplace_back(self->make_response_promise<rows_reply>());
}

caf::result<live_registrations>
ledger_worker_state::on_get_live_registrations(get_live_registrations& x) {
  lives.commands.push_back(x);
  want_flush();
  return lives.promises.emplace_back(
    self->make_response_promise<live_registrations>());
}

// -- one group commit ---------------------------------------------------------

void ledger_worker_state::on_flush() {
  flush_is_due = false;
  if (!open()) {
    fail_gathered(unavailable());
  } else if (auto opened = stores->commit_group().open(); !opened) {
    fail(opened.error());
    fail_gathered(unavailable());
  } else {
    turn_foreign_away();
    auto at = now_utc();
    auto began = std::chrono::steady_clock::now();
    auto [begun, decisions, completed]
      = stores->carry_out({begins.commands, batches, completes.commands}, at);
    REGISTRAR_ASSERT(begun.size() == begins.commands.size());
    REGISTRAR_ASSERT(decisions.size() == batches.size());
    REGISTRAR_ASSERT(completed.size() == completes.commands.size());
    if (auto committed = stores->commit_group().commit(); !committed) {
      fail(committed.error());
      fail_gathered({ec::in_doubt, last_failure.detail});
    } else {
      ++commits;
      note_step(std::chrono::steady_clock::now() - began);
      decided += batches.size();
      for (std::size_t i = 0; i < begun.size(); ++i)
        begins.promises[i].deliver(std::move(begun[i]));
      for (std::size_t i = 0; i < completed.size(); ++i)
        completes.promises[i].deliver(std::move(completed[i]));
      publish(decisions);
      answer_reads();
      // Someone took the ledger over and may have gone again: so do we.
      if (fenced.any() && !peers->is_clustered)
        fail({ec::fenced, "Another owner took the ledger over."});
      else
        give_up(fenced);
    }
  }
  batches.clear();
  askers.clear();
  begins = {};
  completes = {};
  rows = {};
  lives = {};
}

void ledger_worker_state::note_step(std::chrono::nanoseconds taken) {
  std::size_t commands = 0;
  for (const auto& batch : batches)
    commands += batch.commands.size();
  auto& meters = peers->meters;
  meters.ledger_step_time.note(taken);
  meters.ledger_step_commands.note(commands);
  meters.ledger_batches.add(batches.size());
  auto micros
    = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
  auto& average = peers->ledger_micros[index];
  average += (micros - average) / time_memory;
}

void ledger_worker_state::publish(
  std::vector<seat_ledger::decision>& decisions) {
  fenced.reset();
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    auto& x = decisions[i].answer;
    x.number = batches[i].number;
    if (x.error.code == ec::none) {
      changed[x.header.section] = x.header;
      uncommitted.ledger_is_at(x.header.section, x.header.sequence);
      continue;
    }
    x.header.section = batches[i].section;
    auto partition = partition_of(batches[i].section);
    if (x.error.code == ec::fenced
        && batches[i].owner == peers->owner(partition))
      fenced.set(partition);
  }
  // Before anybody is answered: who stops then waits for SQL to have it.
  watch_bound();
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    auto& x = decisions[i].answer;
    // Who takes back what SQL refuses cannot wait until SQL has it.
    if (is_withdrawal(batches[i]))
      deliver(askers[i], std::move(x));
    else
      answer(askers[i], std::move(x));
  }
  send_entries(decisions);
}

void ledger_worker_state::send_entries(
  std::vector<seat_ledger::decision>& decisions) {
  std::vector<entries_appended> shares(peers->sync.size());
  for (auto& decision : decisions) {
    for (auto& entry : decision.entries) {
      if (entry.kind == entry_kind::decided)
        continue;
      peers->meters.ledger_entries[static_cast<std::size_t>(entry.kind)].add();
      auto worker = directory::index_of(entry.after.section, peers->sync);
      shares[worker].entries.push_back(std::move(entry));
    }
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    // Without a worker they stay in the journal; it reads them at its start.
    auto worker = peers->sync[i].get();
    if (worker && !shares[i].entries.empty())
      self->send(worker, std::move(shares[i]));
  }
}

void ledger_worker_state::answer(const caf::strong_actor_ptr& asker,
                                 batch_decided x) {
  auto waits
    = config.acknowledge == acknowledge_level::committed
      && x.error.code == ec::none && x.header.sequence > 0
      && !uncommitted.is_committed(x.header.section, x.header.sequence);
  if (waits)
    parked[x.header.section] = {asker, std::move(x)};
  else
    deliver(asker, std::move(x));
}

void ledger_worker_state::deliver(const caf::strong_actor_ptr& asker,
                                  batch_decided x) {
  if (asker)
    self->send(caf::actor_cast<batch_listener_actor>(asker), std::move(x));
}

void ledger_worker_state::answer_reads() {
  // One by one: a section that is missing must not fail the others.
  for (std::size_t i = 0; i < rows.commands.size(); ++i) {
    auto found = stores->ledger().rows({&rows.commands[i].section, 1});
    rows.promises[i].deliver(found ? rows_reply{{}, std::move((*found)[0])}
                                   : rows_reply{found.error(), {}});
  }
  std::vector<student_id> students;
  for (const auto& x : lives.commands)
    students.push_back(x.student);
  if (students.empty())
    return;
  auto found = stores->ledger().registrations(students);
  for (std::size_t i = 0; i < students.size(); ++i)
    lives.promises[i].deliver(found
                                ? live_registrations{{}, std::move((*found)[i])}
                                : live_registrations{found.error(), {}});
}

// -- what SQL has -------------------------------------------------------------

void ledger_worker_state::on_entries_committed(entries_committed& x) {
  for (const auto& [section, sequence] : x.cursors)
    if (!is_foreign(section))
      uncommitted.committed(section, sequence);
  release_parked();
  watch_bound();
}

void ledger_worker_state::release_parked() {
  if (parked.empty())
    return;
  auto waiting = std::move(parked);
  parked.clear();
  for (auto& [section, x] : waiting)
    answer(x.asker, std::move(x.answer));
}

void ledger_worker_state::watch_bound() {
  count_uncommitted(uncommitted.count());
  auto bound = config.uncommitted_entries_max;
  auto count = peers->uncommitted.load();
  peers->takes_registrations = count < bound;
  peers->takes_drops = count < bound + limits::uncommitted_head_room;
}

void ledger_worker_state::count_uncommitted(std::uint64_t now) {
  if (now >= counted)
    peers->uncommitted += now - counted;
  else
    peers->uncommitted -= counted - now;
  counted = now;
}

void ledger_worker_state::on_standing_changed(standing_changed& x) {
  // A store that is opened later reads everybody's standing from the view.
  if (!stores)
    return;
  if (auto set = stores->ledger().set_standing(x.is_active); !set)
    fail(set.error());
}

failure ledger_worker_state::on_ping() {
  if (!open())
    return last_failure;
  auto answered = stores->ledger().ping();
  return answered ? failure{} : answered.error();
}

void ledger_worker_state::trim() {
  auto now = self->clock().now();
  if (!stores || now < trim_at)
    return;
  auto cursors = uncommitted.cursors();
  auto trimmed = stores->journal().trim(cursors, now_utc(), trim_rows_max);
  if (!trimmed)
    fail(trimmed.error());
  else if (*trimmed < trim_rows_max)
    trim_at = now + trim_period;
}

void ledger_worker_state::on_tick() {
  probe.handled(self->clock().now(),
                peers->meters.mailbox_wait_of(actor_role::ledger_worker));
  if (open() && self->clock().now() >= renew_at)
    if (auto renewed = renew(); !renewed)
      fail(renewed.error());
  settle_ownership();
  restore_behind();
  auto catalogue_writer = peers->catalogue.get();
  if (catalogue_writer && !changed.empty()) {
    headers_changed told;
    told.headers.reserve(changed.size());
    for (const auto& [section, header] : changed)
      told.headers.push_back(header);
    changed.clear();
    // Not by way of the catalogue, which waits for SQL now and then.
    if (auto feed = peers->event_feed.get(); feed && peers->is_watched)
      self->send(feed, told);
    if (auto member = peers->member.get())
      self->send(member, told);
    self->send(catalogue_writer, std::move(told));
  }
  trim();
  // Without steps nothing would tell that they are quick again.
  if (std::exchange(commits_at_tick, commits) == commits)
    peers->ledger_micros[index] = peers->ledger_micros[index] / 2;
  probe.sent(self->clock().now() + ledger_tick_period);
  self->delayed_send(self, ledger_tick_period, tick{});
}

actor_status ledger_worker_state::on_get_status() const {
  actor_status result;
  result.name = std::string{name} + "/" + std::to_string(index);
  result.state = stores ? "running" : "degraded";
  result.last_failure = last_failure.detail;
  result.figures = {
    {"commits", static_cast<std::int64_t>(commits)},
    {"batches", static_cast<std::int64_t>(decided)},
    {"uncommitted", static_cast<std::int64_t>(uncommitted.count())},
    {"parked", static_cast<std::int64_t>(parked.size())},
  };
  return result;
}

ledger_worker_actor::behavior_type
ledger_worker(ledger_worker_state::pointer self, std::size_t index,
              settings config, std::shared_ptr<directory> peers,
              std::shared_ptr<store_factory> factory,
              std::shared_ptr<const catalogue_view> catalogue) {
  auto& state = self->state;
  state.self = self;
  state.index = index;
  state.share = peers->share_of(index);
  state.config = std::move(config);
  state.peers = std::move(peers);
  state.factory = std::move(factory);
  state.catalogue = std::move(catalogue);
  self->send(self, tick{});
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](decide_batch& x) { self->state.on_decide_batch(x); },
    [self](begin_key& x) { return self->state.on_begin_key(x); },
    [self](complete_key& x) { return self->state.on_complete_key(x); },
    [self](get_rows& x) { return self->state.on_get_rows(x); },
    [self](get_live_registrations& x) {
      return self->state.on_get_live_registrations(x);
    },
    [self](standing_changed& x) { self->state.on_standing_changed(x); },
    [self](entries_committed& x) { self->state.on_entries_committed(x); },
    [self](get_lag) { return self->state.on_get_lag(); },
    [self](const get_cursor& x) { return self->state.on_get_cursor(x); },
    [self](ping) { return self->state.on_ping(); },
    [self](flush) { self->state.on_flush(); },
    [self](tick) { self->state.on_tick(); },
    [self](own_partitions) { self->state.on_own_partitions(); },
  };
}

} // namespace registrar
