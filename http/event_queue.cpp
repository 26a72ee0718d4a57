#include "http/event_queue.hpp"

#include "config/limits.hpp"
#include "http/event_text.hpp"

#include <algorithm>

namespace registrar {

namespace {

constexpr state_tag no_state{'.', '.', '.', '.', '.', '.', '.', '.'};

} // namespace

event_queue::event_queue(std::string_view name,
                         const std::vector<section_id>& watched,
                         std::string_view last_event_id)
  : name_(name) {
  auto sections = watched;
  std::sort(sections.begin(), sections.end());
  sections.erase(std::unique(sections.begin(), sections.end()), sections.end());
  slots_.reserve(sections.size());
  auto is_known = last_event_id.size() == sections.size() * no_state.size();
  for (const auto& section : sections) {
    auto& x = slots_.emplace_back(
      slot{section, no_state, time_point::min(), nullptr});
    if (!is_known)
      continue;
    std::copy_n(last_event_id.begin(), x.tag.size(), x.tag.begin());
    last_event_id.remove_prefix(x.tag.size());
  }
}

void event_queue::put(const shared_state& state) {
  auto found = std::lower_bound(
    slots_.begin(), slots_.end(), state->section,
    [](const slot& x, const section_id& y) { return x.section < y; });
  if (found == slots_.end() || found->section != state->section)
    return;
  // It may be back at what the client has.
  found->waiting = found->tag == state->tag ? nullptr : state;
}

void event_queue::take(std::string& out, time_point now) {
  for (auto& x : slots_) {
    if (!x.waiting || now < x.free_at)
      continue;
    auto state = std::move(x.waiting);
    x.waiting = nullptr;
    x.tag = state->tag;
    x.free_at = now + limits::stream_period;
    append_event(out, name_, id(), state->data);
  }
}

event_queue::time_point event_queue::due_at() const {
  auto result = time_point::max();
  for (const auto& x : slots_)
    if (x.waiting)
      result = std::min(result, x.free_at);
  return result;
}

std::string event_queue::id() const {
  std::string result;
  result.reserve(slots_.size() * no_state.size());
  for (const auto& x : slots_)
    result.append(x.tag.data(), x.tag.size());
  return result;
}

} // namespace registrar
