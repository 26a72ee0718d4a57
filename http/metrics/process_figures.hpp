#pragma once

#include <cstdint>

namespace registrar {

/// What the operating system says of this process. What it does not say is 0.
struct process_figures {
  double cpu_seconds = 0;
  /// Since 1970.
  double start_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t open_files_max = 0;
  std::uint64_t threads = 0;

  static process_figures read();
};

} // namespace registrar
