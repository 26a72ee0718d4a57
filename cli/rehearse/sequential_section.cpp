#include "cli/rehearse/sequential_section.hpp"

#include <algorithm>

namespace registrar::rehearsal {

void sequential_section::promote() {
  while (roster_.size() < capacity_ && !line_.empty()) {
    roster_.push_back(line_.front());
    line_.pop_front();
  }
}

auto sequential_section::arrive(const student_id& student) -> place {
  line_.push_back(student);
  promote();
  return !line_.empty() && line_.back() == student ? place::waiting
                                                   : place::enrolled;
}

auto sequential_section::depart(const student_id& student) -> place {
  if (std::erase(roster_, student) > 0) {
    promote();
    return place::enrolled;
  }
  auto waiting = std::find(line_.begin(), line_.end(), student);
  if (waiting == line_.end())
    return place::nowhere;
  line_.erase(waiting);
  return place::waiting;
}

void sequential_section::set_capacity(std::uint32_t capacity) {
  capacity_ = capacity;
  promote();
}

} // namespace registrar::rehearsal
