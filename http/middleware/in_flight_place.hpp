#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace registrar {

/// One of a bounded number of places, given back by whoever holds it last.
class in_flight_place {
public:
  in_flight_place() = default;

  /// One that was counted. @pre `count` outlives the place
  explicit in_flight_place(std::atomic<std::size_t>& count) : count_(&count) {
  }

  in_flight_place(in_flight_place&& other) noexcept
    : count_(std::exchange(other.count_, nullptr)) {
  }

  in_flight_place& operator=(in_flight_place&& other) noexcept {
    std::swap(count_, other.count_);
    other.give_back();
    return *this;
  }

  ~in_flight_place() {
    give_back();
  }

  void give_back() {
    if (auto* count = std::exchange(count_, nullptr))
      --*count;
  }

private:
  std::atomic<std::size_t>* count_ = nullptr;
};

} // namespace registrar
