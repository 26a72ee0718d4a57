#pragma once

#include "messages/catalogue.hpp"
#include "messages/errors.hpp"
#include "messages/registration.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

/// What is pushed to those who watch sections or a student.

namespace registrar {

/// Names the content of a state: 48 bits of its SHA-256, as base64url. Who has
/// a state is told nothing where the present one has the same tag; that needs
/// no memory on our side and holds across restarts, nodes and rebuilt ledgers.
using state_tag = std::array<char, 8>;

/// Something that is watched, as it is at one moment.
struct watched_state {
  /// Nil: the registrations of a student.
  section_id section;
  /// The JSON of GET /sections/{id}, or of GET /students/{id}/registrations.
  std::string data;
  state_tag tag{};
};

/// Made once, for all who watch it.
using shared_state = std::shared_ptr<const watched_state>;

shared_state state_of(const section_view& section);
shared_state state_of(const student_id& student,
                      const std::vector<registration_view>& rows);

/// Who watches. Called from any thread, one call at a time, in the order of
/// events; must only hand over.
class watcher {
public:
  virtual ~watcher() = default;

  /// This replaces what was told of the same before.
  virtual void changed(const shared_state& state) = 0;

  /// Nothing more will be told: watch again.
  virtual void ended() = 0;
};

/// Watches sections, or where there are none, the student.
struct watch_request {
  std::vector<section_id> sections;
  student_id student;
  /// Told until it is gone.
  std::weak_ptr<watcher> who;
};

/// Everything that is watched as it is now; only what changes then is told to
/// the watcher.
struct watch_started {
  failure error;
  std::vector<shared_state> states;
};

/// To the event feed: a request of this student was answered.
struct student_touched {
  student_id student;
};

template <class Inspector>
auto inspect(Inspector& f, student_touched& x) {
  return f(x.student);
}

} // namespace registrar
