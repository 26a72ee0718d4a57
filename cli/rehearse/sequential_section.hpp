#pragma once

#include "messages/ids.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace registrar::rehearsal {

/// What a section ought to do, told by one plain queue at a counter: who comes
/// first is served first, a freed or added seat goes to the head of the line,
/// nobody is evicted. Pure; what a rehearsal compares the service with.
class sequential_section {
public:
  enum class place { nowhere, enrolled, waiting };

  explicit sequential_section(std::uint32_t capacity) : capacity_(capacity) {
  }

  /// @pre the student has no place here.
  /// @return the new place.
  place arrive(const student_id& student);

  /// @return the place that was given up.
  place depart(const student_id& student);

  void set_capacity(std::uint32_t capacity);

  std::uint32_t capacity() const {
    return capacity_;
  }

  /// In order of enrolment.
  const std::vector<student_id>& roster() const {
    return roster_;
  }

  /// In line order.
  const std::deque<student_id>& line() const {
    return line_;
  }

private:
  void promote();

  std::uint32_t capacity_;
  std::vector<student_id> roster_;
  std::deque<student_id> line_;
};

} // namespace registrar::rehearsal
