#pragma once

#include "messages/watching.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// What one stream has still to send, and when it may. Pure: the caller says
/// what time it is.
///
/// Bounded by what is watched: the newest state of a section replaces the one
/// that waits. A section comes at most once in `limits::stream_period`, and not
/// where the client has its state already.
///
/// The id of an event names everything that the client has once it has that
/// event: the tags of all that is watched, in the order of the sections' ids
/// (`........`: nothing yet). It is so all that is needed to go on, with the
/// same ids, on whatever server: what has another tag by then is sent. An id
/// that was not made for as many sections says nothing, and all is sent.
class event_queue {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param name of the events
  /// @param watched sections; the nil id alone for a student
  event_queue(std::string_view name, const std::vector<section_id>& watched,
              std::string_view last_event_id);

  /// Passes over what is not watched here.
  void put(const shared_state& state);

  /// Appends the events that are due.
  void take(std::string& out, time_point now);

  /// When the next is; never: the end of time.
  time_point due_at() const;

private:
  struct slot {
    section_id section;
    /// Of what the client has.
    state_tag tag;
    /// When the next may be sent.
    time_point free_at;
    /// What it must still get.
    shared_state waiting;
  };

  std::string id() const;

  std::string_view name_;
  /// In the order of sections.
  std::vector<slot> slots_;
};

} // namespace registrar
