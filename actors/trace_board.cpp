#include "actors/trace_board.hpp"

#include "config/limits.hpp"

#include <algorithm>

namespace registrar {

bool trace_board::is_running(const trace& x, timestamp now) {
  return x.view.is_running && now < x.view.until;
}

bool trace_board::concerns(const trace_subject& subject,
                           const traced_step& step) {
  if (!subject.student.is_nil())
    return step.student == subject.student;
  if (!subject.request.is_nil())
    return step.request == subject.request;
  return std::find(step.sections.begin(), step.sections.end(), subject.section)
         != step.sections.end();
}

void trace_board::keep(trace& to, const traced_step& step, timestamp now) {
  trace_event event;
  event.at = now;
  event.step = step.step;
  event.request = step.request;
  event.student = step.student;
  if (step.sections.size() == 1)
    event.section = step.sections.front();
  event.detail = step.detail;
  event.took = step.took;
  std::lock_guard guard{to.mutex};
  to.events.push_back(std::move(event));
  if (to.events.size() <= limits::trace_events_max)
    return;
  to.events.pop_front();
  ++to.forgotten;
}

void trace_board::note(const traced_step& step) {
  note(step, now_utc());
}

void trace_board::note(const traced_step& step, timestamp now) {
  auto has_ended = false;
  {
    std::shared_lock guard{mutex_};
    for (const auto& x : traces_) {
      if (is_running(*x, now) && concerns(x->view.subject, step))
        keep(*x, step, now);
      has_ended = has_ended || (x->view.is_running && now >= x->view.until);
    }
  }
  if (!has_ended)
    return;
  std::unique_lock guard{mutex_};
  count(now);
}

void trace_board::count(timestamp now) {
  std::uint32_t running = 0;
  for (const auto& x : traces_) {
    x->view.is_running = is_running(*x, now);
    running += x->view.is_running ? 1 : 0;
  }
  running_.store(running, std::memory_order_relaxed);
}

fallible<trace_view> trace_board::start(const start_trace& wanted,
                                        const operator_reason& why,
                                        timestamp now) {
  std::unique_lock guard{mutex_};
  count(now);
  if (running_.load(std::memory_order_relaxed) >= limits::traces_running_max)
    return {ec::conflict, std::to_string(limits::traces_running_max)
                            + " traces run already; stop one of them."};
  auto made = std::make_shared<trace>();
  made->view.id = uuid::random();
  made->view.subject = wanted.subject;
  made->view.who = why.who;
  made->view.why = why.why;
  made->view.started_at = now;
  made->view.until
    = now + std::min<std::chrono::seconds>(wanted.span, limits::trace_time_max);
  made->view.is_running = true;
  traces_.push_back(made);
  if (traces_.size() > limits::traces_kept_max) {
    // Fewer run than are kept, so that one has ended.
    auto ended
      = std::find_if(traces_.begin(), traces_.end(),
                     [](const auto& x) { return !x->view.is_running; });
    traces_.erase(ended);
  }
  count(now);
  return view_of(*made, now);
}

fallible<trace_view> trace_board::stop(const uuid& id, timestamp now) {
  std::unique_lock guard{mutex_};
  auto found = find(id);
  if (!found)
    return {ec::not_found, "There is no trace " + id.to_string() + "."};
  if (is_running(*found, now)) {
    found->view.is_running = false;
    found->view.until = now;
  }
  count(now);
  return view_of(*found, now);
}

std::vector<trace_view> trace_board::list(timestamp now) const {
  std::shared_lock guard{mutex_};
  std::vector<trace_view> result;
  for (auto x = traces_.rbegin(); x != traces_.rend(); ++x)
    result.push_back(view_of(**x, now));
  return result;
}

fallible<trace_content> trace_board::get(const uuid& id, timestamp now) const {
  std::shared_lock guard{mutex_};
  auto found = find(id);
  if (!found)
    return {ec::not_found, "There is no trace " + id.to_string() + "."};
  trace_content result;
  result.trace = view_of(*found, now);
  std::lock_guard events{found->mutex};
  result.events.assign(found->events.begin(), found->events.end());
  // Noted from many threads: each by its own reading of the clock.
  std::stable_sort(result.events.begin(), result.events.end(),
                   [](const auto& x, const auto& y) { return x.at < y.at; });
  return result;
}

trace_view trace_board::view_of(const trace& x, timestamp now) {
  auto result = x.view;
  result.is_running = is_running(x, now);
  std::lock_guard guard{x.mutex};
  result.events = x.events.size();
  result.forgotten = x.forgotten;
  return result;
}

trace_board::trace_ptr trace_board::find(const uuid& id) const {
  auto found
    = std::find_if(traces_.begin(), traces_.end(),
                   [&](const trace_ptr& x) { return x->view.id == id; });
  return found == traces_.end() ? trace_ptr{} : *found;
}

} // namespace registrar
