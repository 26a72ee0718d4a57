#include "actors/event_feed.hpp"

#include "actors/registration_views.hpp"
#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

namespace registrar {

namespace {

/// SQL is asked beside, and its answer may be missing.
constexpr auto failed_timeout = std::chrono::milliseconds{500};

/// One call for each of those who are still there.
template <class Act>
std::uint64_t tell(const watch_book::listeners& watchers, Act act) {
  std::uint64_t count = 0;
  for (const auto& weak : watchers)
    if (auto who = weak.lock()) {
      act(*who);
      ++count;
    }
  return count;
}

} // namespace

event_feed_state::~event_feed_state() {
  if (!peers)
    return;
  peers->is_watched = false;
  for (const auto& [student, x] : students)
    peers->watched_students.remove(student);
  book.for_all([](const std::weak_ptr<watcher>& weak) {
    if (auto who = weak.lock())
      who->ended();
  });
}

watch_book::time_point event_feed_state::now() const {
  return self->clock().now();
}

// -- who watches --------------------------------------------------------------

caf::result<watch_started>
event_feed_state::on_watch_request(const watch_request& x) {
  peers->is_watched = true;
  want_tick();
  return x.sections.empty() ? watch_student(x) : watch_sections(x);
}

caf::result<watch_started>
event_feed_state::watch_sections(const watch_request& x) {
  watch_started answer;
  for (const auto& section : x.sections) {
    auto found = view->find(section);
    if (!found)
      return watch_started{found.error(), {}};
    answer.states.push_back(state_of(*found));
    book.watch(section, found->header.sequence, x.who);
  }
  return answer;
}

caf::result<watch_started>
event_feed_state::watch_student(const watch_request& x) {
  if (book.watch(x.student, x.who, now()))
    peers->watched_students.add(x.student);
  auto promise = self->make_response_promise<watch_started>();
  students[x.student].starting.push_back(promise);
  // Who comes while it is being read may have seen more than that read will.
  if (book.take(x.student, now()))
    read({x.student, true});
  else
    book.touch(x.student);
  return promise;
}

void event_feed_state::forget_gone() {
  for (const auto& student : book.forget_gone()) {
    peers->watched_students.remove(student);
    students.erase(student);
  }
  if (book.is_empty())
    peers->is_watched = false;
}

void event_feed_state::want_tick() {
  if (std::exchange(tick_is_due, true))
    return;
  self->delayed_send(self, limits::stream_period, tick{});
}

void event_feed_state::on_tick() {
  tick_is_due = false;
  forget_gone();
  if (book.is_empty())
    return;
  want_tick();
  auto sections = book.sections();
  tell_changes(sections, view->sequences_of(sections));
  for (const auto& what : book.take_due(now(), limits::stream_reads_max))
    read(what);
}

// -- sections -----------------------------------------------------------------

void event_feed_state::on_headers_changed(const headers_changed& x) {
  if (book.is_empty())
    return;
  view->refresh(x.headers);
  std::vector<section_id> sections;
  for (const auto& header : x.headers)
    sections.push_back(header.section);
  tell_changes(sections, view->sequences_of(sections));
}

void event_feed_state::tell_changes(
  const std::vector<section_id>& sections,
  const std::vector<std::uint64_t>& sequences) {
  for (std::size_t i = 0; i < sections.size(); ++i)
    if (book.has_changed(sections[i], sequences[i]))
      tell_section(sections[i]);
}

void event_feed_state::tell_section(const section_id& section) {
  const auto& watchers = book.watchers_of(section);
  if (watchers.empty())
    return;
  auto found = view->find(section);
  if (!found)
    return;
  auto state = state_of(*found);
  told += tell(watchers, [&](watcher& who) { who.changed(state); });
}

// -- students -----------------------------------------------------------------

void event_feed_state::on_student_touched(const student_touched& x) {
  book.touch(x.student);
}

void event_feed_state::read(const watch_book::reading& what) {
  auto ledger = peers->ledger_for(what.student).get();
  if (!ledger) {
    not_read(what,
             {ec::dependency_unavailable, "The ledger is being started."});
    return;
  }
  ++reads;
  self->request(ledger, deadline, get_live_registrations{what.student})
    .then([this, what](live_registrations& live) { on_live(what, live); },
          [this, what](const caf::error&) {
            not_read(what, {ec::dependency_unavailable,
                            "The ledger did not answer in time."});
          });
}

void event_feed_state::on_live(const watch_book::reading& what,
                               live_registrations& live) {
  if (live.error.code != ec::none)
    not_read(what, live.error);
  else if (what.has_failed)
    read_failed(what, std::move(live.rows));
  else
    tell_student(what, live.rows);
}

void event_feed_state::read_failed(const watch_book::reading& what,
                                   std::vector<live_registration> live) {
  auto sync = peers->sync[0].get();
  if (!sync) {
    tell_student(what, live);
    return;
  }
  self->request(sync, failed_timeout, get_failed_registrations{what.student})
    .then(
      [this, what, live](failed_registrations_reply& failed) {
        auto found = students.find(what.student);
        if (found != students.end() && failed.error.code == ec::none)
          found->second.failed = std::move(failed.rows);
        tell_student(what, live);
      },
      // While SQL is down those that it said before are shown.
      [this, what, live](const caf::error&) { tell_student(what, live); });
}

void event_feed_state::tell_student(
  const watch_book::reading& what, const std::vector<live_registration>& live) {
  std::vector<section_id> sections;
  for (const auto& x : live)
    sections.push_back(x.section);
  book.was_read(what, std::move(sections), now());
  auto found = students.find(what.student);
  if (found == students.end())
    return;
  auto& x = found->second;
  auto state
    = state_of(what.student, registration_views(live, x.failed, *view));
  for (auto& promise : std::exchange(x.starting, {}))
    promise.deliver(watch_started{{}, {state}});
  if (std::exchange(x.told, state->tag) != state->tag)
    told += tell(book.watchers_of(what.student),
                 [&](watcher& who) { who.changed(state); });
}

void event_feed_state::not_read(const watch_book::reading& what,
                                const failure& why) {
  book.was_not_read(what, now());
  auto found = students.find(what.student);
  if (found == students.end())
    return;
  for (auto& promise : std::exchange(found->second.starting, {}))
    promise.deliver(watch_started{why, {}});
  log_debug("watched-student-unread",
            "event feed could not read a student's registrations: {}",
            why.detail);
}

actor_status event_feed_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = "running";
  auto size = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  result.figures = {
    {"sections", size(book.watched_sections())},
    {"students", size(book.watched_students())},
    {"reads", size(reads)},
    {"told", size(told)},
  };
  return result;
}

event_feed_actor::behavior_type
event_feed(event_feed_state::pointer self, std::chrono::milliseconds deadline,
           std::shared_ptr<directory> peers,
           std::shared_ptr<catalogue_view> view) {
  auto& state = self->state;
  state.self = self;
  state.deadline = deadline;
  state.peers = std::move(peers);
  state.view = std::move(view);
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](const watch_request& x) { return self->state.on_watch_request(x); },
    [self](const headers_changed& x) { self->state.on_headers_changed(x); },
    [self](const student_touched& x) { self->state.on_student_touched(x); },
    [self](tick) { self->state.on_tick(); },
  };
}

} // namespace registrar
