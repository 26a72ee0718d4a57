#pragma once

#include "cli/rehearse/stage.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace registrar::rehearsal {

/// Everything that a rehearsal has to say at its end.
struct rehearsal_report {
  /// Shape or trace file.
  std::string name;
  std::uint64_t seed = 0;
  std::vector<phase> phases;
  std::vector<violation> violations;
  /// False where the server is another's, whose files we cannot see.
  bool is_verified = false;
};

/// For people: a table of the phases, then the verdict.
std::string to_text(const rehearsal_report& report);

/// For programs.
std::string to_json(const rehearsal_report& report);

/// `1.2 ms`, `830 us`, `2.4 s`.
std::string to_text(std::chrono::nanoseconds latency);

} // namespace registrar::rehearsal
