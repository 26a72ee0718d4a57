#pragma once

#include "messages/ids.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace registrar {

/// Which students may be watched: a counting filter that is asked for every
/// registration and costs one load where nobody is. Written by the event feed
/// alone; now and then it says yes to a student whom nobody watches.
class watch_filter {
public:
  void add(const student_id& student) {
    place_of(student).fetch_add(1, std::memory_order_relaxed);
  }

  void remove(const student_id& student) {
    place_of(student).fetch_sub(1, std::memory_order_relaxed);
  }

  bool may_have(const student_id& student) const {
    return places_[index_of(student)].load(std::memory_order_relaxed) > 0;
  }

private:
  static constexpr std::size_t size = 4'096;

  static std::size_t index_of(const student_id& student) {
    return student.value.hash() % size;
  }

  std::atomic<std::uint32_t>& place_of(const student_id& student) {
    return places_[index_of(student)];
  }

  std::array<std::atomic<std::uint32_t>, size> places_{};
};

} // namespace registrar
