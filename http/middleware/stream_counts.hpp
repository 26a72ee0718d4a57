#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace registrar {

class stream_counts;

/// A stream's place, given back with it.
class stream_place {
public:
  stream_place() = default;

  stream_place(stream_place&& other) noexcept
    : counts_(std::exchange(other.counts_, nullptr)),
      address_(std::move(other.address_)) {
  }

  stream_place& operator=(stream_place&& other) noexcept {
    std::swap(counts_, other.counts_);
    std::swap(address_, other.address_);
    other.give_back();
    return *this;
  }

  ~stream_place() {
    give_back();
  }

  void give_back();

  explicit operator bool() const {
    return counts_ != nullptr;
  }

private:
  friend class stream_counts;

  stream_place(stream_counts& counts, std::string address)
    : counts_(&counts), address_(std::move(address)) {
  }

  stream_counts* counts_ = nullptr;
  std::string address_;
};

/// How many streams there are, in all and of each address. Thread-safe.
/// @pre outlives its places
class stream_counts {
public:
  stream_counts(std::size_t max, std::size_t per_address_max)
    : max_(max), per_address_max_(per_address_max) {
  }

  /// No place where a bound is reached.
  /// @param is_exempt from the bound for one address
  stream_place take(std::string_view address, bool is_exempt);

private:
  friend class stream_place;

  void give_back(const std::string& address);

  std::size_t max_;
  std::size_t per_address_max_;
  std::mutex mutex_;
  std::size_t all_ = 0;
  std::map<std::string, std::size_t, std::less<>> by_address_;
};

} // namespace registrar
