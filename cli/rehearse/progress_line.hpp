#pragma once

#include "cli/rehearse/driver.hpp"

#include <string>

namespace registrar::rehearsal {

/// How far a phase is, on stderr: a bar that is redrawn on a terminal, else a
/// plain line now and then.
class progress_line {
public:
  progress_line();

  void show(const std::string& phase, const load_report& so_far,
            std::size_t total);

  /// Leaves the line.
  void end();

private:
  bool is_terminal_;
  bool is_open_ = false;
  std::string phase_;
  std::chrono::nanoseconds next_line_{0};
};

} // namespace registrar::rehearsal
