#pragma once

#include "messages/watching.hpp"

#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

namespace registrar {

/// Who watches what, and whose registrations are to be read when. Pure: the
/// caller says what time it is, reads, and tells.
///
/// A student's registrations can change where one of the sections changed in
/// which they were seen, or where a request of theirs was answered: then they
/// are read again, at most once each round, those first who waited longest. And
/// without any sign, every `limits::stream_look_period`; whoever was just begun
/// to be watched, or lost a registration that SQL may have refused, sooner.
class watch_book {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using listeners = std::vector<std::weak_ptr<watcher>>;

  /// What is to be read of a student.
  struct reading {
    student_id student;
    /// What SQL refused, too: rarely changes and costs another question.
    bool has_failed = false;
  };

  // -- who watches ------------------------------------------------------------

  void watch(const section_id& section, std::uint64_t sequence,
             std::weak_ptr<watcher> who);
  /// True where nobody watched the student before.
  bool watch(const student_id& student, std::weak_ptr<watcher> who,
             time_point now);

  /// Forgets who is gone.
  /// @return the students whom nobody watches any more
  std::vector<student_id> forget_gone();

  bool is_empty() const {
    return sections_.empty() && students_.empty();
  }

  std::size_t watched_sections() const {
    return sections_.size();
  }

  std::size_t watched_students() const {
    return students_.size();
  }

  /// Calls `act` with everybody who watches.
  template <class Act>
  void for_all(Act act) const {
    for (const auto& [id, x] : sections_)
      for (const auto& who : x.watchers)
        act(who);
    for (const auto& [id, x] : students_)
      for (const auto& who : x.watchers)
        act(who);
  }

  // -- sections ---------------------------------------------------------------

  /// All that matter to somebody.
  std::vector<section_id> sections() const;

  /// Whether this is news; then students who were seen there are to be read.
  bool has_changed(const section_id& section, std::uint64_t sequence);

  const listeners& watchers_of(const section_id& section) const;

  // -- students ---------------------------------------------------------------

  /// A request of theirs was answered.
  void touch(const student_id& student);

  /// Takes those that are to be read now, at most `max`; each comes again only
  /// after `was_read` or `was_not_read`.
  std::vector<reading> take_due(time_point now, std::size_t max);
  /// Takes one whether it is due or not; false where it is being read.
  bool take(const student_id& student, time_point now);

  /// @param sections in which the student is live
  void was_read(const reading& what, std::vector<section_id> sections,
                time_point now);
  void was_not_read(const reading& what, time_point now);

  const listeners& watchers_of(const student_id& student) const;

private:
  struct watched_section {
    std::uint64_t sequence = 0;
    listeners watchers;
    /// Who was seen here and is watched.
    std::vector<student_id> students;
  };

  struct watched_student {
    listeners watchers;
    /// In order.
    std::vector<section_id> sections;
    time_point asked_at{};
    time_point look_at{};
    bool has_changed = false;
    bool is_being_read = false;
  };

  void leave(const student_id& student, const section_id& section);

  std::unordered_map<section_id, watched_section> sections_;
  std::unordered_map<student_id, watched_student> students_;
};

} // namespace registrar
