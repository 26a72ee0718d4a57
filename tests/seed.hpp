#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

/// What every random test shares: REGISTRAR_SEED repeats a run,
/// REGISTRAR_ROUNDS lengthens it.

namespace registrar::test {

inline std::uint64_t number_from(const char* variable,
                                 std::uint64_t otherwise) {
  const auto* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// The seed of this run, printed once.
inline std::uint64_t seed() {
  static const auto value = [] {
    auto result
      = number_from("REGISTRAR_SEED", std::random_device{}() % 1'000'000'000);
    std::printf("REGISTRAR_SEED=%llu\n",
                static_cast<unsigned long long>(result));
    return result;
  }();
  return value;
}

inline std::uint64_t rounds(std::uint64_t otherwise) {
  return number_from("REGISTRAR_ROUNDS", otherwise);
}

/// Small random numbers of one round of a test.
class random_source {
public:
  explicit random_source(std::uint64_t round)
    : engine_(seed() * 1'000'003 + round) {
  }

  /// 0 to `count - 1`.
  std::size_t below(std::size_t count) {
    return engine_() % count;
  }

  bool one_in(std::size_t count) {
    return below(count) == 0;
  }

private:
  std::mt19937_64 engine_;
};

} // namespace registrar::test
