#pragma once

#include <cstdio>
#include <cstdlib>

namespace registrar::fuzz {

/// Ends the process where something does not hold, which is what a fuzzer
/// takes for a find.
inline void expect(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

} // namespace registrar::fuzz
