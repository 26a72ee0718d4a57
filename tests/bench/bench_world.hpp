#pragma once

#include "messages/catalogue.hpp"

#include <cstdint>

namespace registrar::bench {

/// What tokens of the load and the server with all middleware agree on.
inline constexpr auto bench_secret = "a secret of the benchmark's 32 bytes";
inline constexpr auto bench_issuer = "https://login.example.edu";
inline constexpr auto bench_audience = "registrar";

/// Sections with room for everybody and students who may register, both found
/// by number, so that server and load need not tell each other.
struct bench_world {
  std::uint32_t sections = 1000;
  std::uint32_t students = 10'000;

  static section_id section(std::uint32_t number);
  static student_id student(std::uint32_t number);

  catalogue_content content() const;
};

} // namespace registrar::bench
