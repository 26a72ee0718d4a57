#include "actors/waitlist.hpp"

#include "actors/traced_steps.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// Notices gather for this long: nobody waits for them.
constexpr auto gather_time = 50ms;
constexpr auto flush_again_after = 500ms;
/// Entries kept while SQL does not take them.
constexpr std::size_t kept_max = 100'000;

} // namespace

notification waitlist_state::notice_of(const journal_entry& entry) const {
  notification result;
  result.student = entry.student;
  result.section = entry.after.section;
  result.registration = entry.registration;
  result.sequence = entry.after.sequence;
  result.at = entry.at;
  auto [course, number] = catalogue->names_of(entry.after.section);
  auto what = course + " " + number;
  if (entry.kind == entry_kind::promoted) {
    result.kind = "promoted";
    result.text = "A seat in " + what + " became free; you are enrolled now.";
  } else {
    result.kind = "removed_from_waitlist";
    result.text = "You are no longer on the waitlist of " + what + ": "
                  + entry.failure_reason;
  }
  return result;
}

void waitlist_state::on_entries_appended(const entries_appended& x) {
  for (const auto& entry : x.entries) {
    if (entries.size() >= kept_max)
      forget();
    else
      entries.push_back(entry);
  }
  if (flush_is_due || entries.empty())
    return;
  flush_later(gather_time);
}

void waitlist_state::forget() {
  ++forgotten;
  peers->meters.notices_forgotten.add();
}

void waitlist_state::flush_later(std::chrono::milliseconds wait) {
  flush_is_due = true;
  probe.sent(self->clock().now() + wait);
  self->delayed_send(self, wait, flush{});
}

void waitlist_state::on_flush() {
  flush_is_due = false;
  probe.handled(self->clock().now(),
                peers->meters.mailbox_wait_of(actor_role::waitlist));
  // A notice is written once: without names it would stay without them.
  if (!catalogue->is_loaded()) {
    fail({ec::dependency_unavailable,
          "The catalogue has not been read from SQL yet."});
    return;
  }
  if (!store) {
    // Opened on first use: most services never have ten busy waitlists.
    auto opened = factory->open_registrations();
    if (!opened) {
      fail(opened.error());
      return;
    }
    store = std::move(*opened);
  }
  std::vector<notification> notices;
  notices.reserve(entries.size());
  for (const auto& entry : entries)
    notices.push_back(notice_of(entry));
  if (auto noted = store->notify(notices); !noted) {
    fail(noted.error());
    return;
  }
  written += notices.size();
  peers->meters.notices_written.add(notices.size());
  if (peers->traces.is_on())
    for (const auto& entry : entries)
      trace_noticed(peers->traces, entry);
  entries.clear();
  last_failure = {};
}

void waitlist_state::fail(const failure& why) {
  store.reset();
  last_failure = why;
  peers->meters.notice_failures.add();
  log_warn("notices-failed", "waitlist {} tries again in {} ms: {}", index,
           flush_again_after.count(), why.detail);
  flush_later(flush_again_after);
}

actor_status waitlist_state::on_get_status() const {
  actor_status result;
  result.name = std::string{name} + "/" + std::to_string(index);
  result.state = last_failure.code == ec::none ? "running" : "degraded";
  result.last_failure = last_failure.detail;
  result.figures = {
    {"kept", static_cast<std::int64_t>(entries.size())},
    {"written", static_cast<std::int64_t>(written)},
    {"forgotten", static_cast<std::int64_t>(forgotten)},
  };
  return result;
}

waitlist_worker_actor::behavior_type
waitlist(waitlist_state::pointer self, std::size_t index,
         std::shared_ptr<directory> peers,
         std::shared_ptr<store_factory> factory,
         std::shared_ptr<const catalogue_view> catalogue) {
  auto& state = self->state;
  state.self = self;
  state.index = index;
  state.peers = std::move(peers);
  state.factory = std::move(factory);
  state.catalogue = std::move(catalogue);
  // What a former one had not written yet, only the journal still has.
  auto is_restart = state.peers->waitlist[index].generation() > 0;
  if (auto reader = state.peers->journal_reader.get(); reader && is_restart)
    self->send(reader, fill_gap{});
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const entries_appended& x) { self->state.on_entries_appended(x); },
    [self](flush) { self->state.on_flush(); },
  };
}

} // namespace registrar
