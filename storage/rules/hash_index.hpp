#pragma once

#include "messages/assertion.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace registrar {

/// From a 64-bit hash to numbers that stand for what has this hash: 16 bytes a
/// place, at most three of four taken, no allocation for one insertion. Several
/// numbers may share a hash; who looks up says which one is meant. Hashes must
/// be well mixed (see `mix64`), numbers not 0.
class hash_index {
public:
  /// @returns the first number under `hash` for which `is_meant(number)`, or 0.
  template <class Predicate>
  std::uint64_t find(std::uint64_t hash, Predicate&& is_meant) const {
    if (size_ == 0)
      return 0;
    for (auto at = home(hash); places_[at].number != 0; at = next(at))
      if (places_[at].hash == hash && is_meant(places_[at].number))
        return places_[at].number;
    return 0;
  }

  void insert(std::uint64_t hash, std::uint64_t number) {
    REGISTRAR_ASSERT(number != 0);
    if ((size_ + 1) * 4 > places_.size() * 3)
      grow();
    put({hash, number});
    ++size_;
  }

  /// @returns false where the pair is not here.
  bool erase(std::uint64_t hash, std::uint64_t number) {
    if (size_ == 0)
      return false;
    auto at = home(hash);
    while (places_[at].number != 0
           && !(places_[at].hash == hash && places_[at].number == number))
      at = next(at);
    if (places_[at].number == 0)
      return false;
    close_gap(at);
    --size_;
    return true;
  }

  std::size_t size() const {
    return size_;
  }

private:
  struct place {
    std::uint64_t hash = 0;
    std::uint64_t number = 0;
  };

  std::size_t home(std::uint64_t hash) const {
    return hash & (places_.size() - 1);
  }

  std::size_t next(std::size_t at) const {
    return (at + 1) & (places_.size() - 1);
  }

  void put(place what) {
    auto at = home(what.hash);
    while (places_[at].number != 0)
      at = next(at);
    places_[at] = what;
  }

  void grow() {
    auto old = std::move(places_);
    places_.assign(old.empty() ? 16 : old.size() * 2, place{});
    for (const auto& what : old)
      if (what.number != 0)
        put(what);
  }

  /// Moves back what probed past `hole`, so that no tombstones are needed.
  void close_gap(std::size_t hole) {
    auto mask = places_.size() - 1;
    for (auto at = next(hole); places_[at].number != 0; at = next(at)) {
      auto wanted = home(places_[at].hash);
      if (((at - wanted) & mask) >= ((at - hole) & mask)) {
        places_[hole] = places_[at];
        hole = at;
      }
    }
    places_[hole] = place{};
  }

  std::vector<place> places_;
  std::size_t size_ = 0;
};

} // namespace registrar
