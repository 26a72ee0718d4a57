#include "cli/rehearse/progress_line.hpp"

#include "cli/rehearse/rehearsal_report.hpp"

#include <algorithm>
#include <cstdio>

#include <unistd.h>

namespace registrar::rehearsal {

namespace {

using namespace std::chrono_literals;

constexpr auto bar_width = std::size_t{30};
constexpr auto line_every = 2s;

} // namespace

progress_line::progress_line() : is_terminal_(::isatty(STDERR_FILENO) == 1) {
}

void progress_line::show(const std::string& phase, const load_report& so_far,
                         std::size_t total) {
  if (phase != phase_) {
    end();
    phase_ = phase;
    next_line_ = line_every;
  }
  auto settled = so_far.answered + so_far.given_up;
  auto percent = total == 0 ? 100 : settled * 100 / total;
  auto p99 = to_text(so_far.latency.percentile(0.99));
  if (is_terminal_) {
    auto filled = std::min<std::size_t>(percent * bar_width / 100, bar_width);
    auto bar = std::string(filled, '#') + std::string(bar_width - filled, '.');
    std::fprintf(stderr, "\r%-16s [%s] %3d %% %8.0f/s p99 %-8s\033[K",
                 phase.c_str(), bar.c_str(), static_cast<int>(percent),
                 so_far.per_second(), p99.c_str());
    is_open_ = true;
  } else if (so_far.elapsed >= next_line_) {
    next_line_ += line_every;
    std::fprintf(stderr, "%s: %d %%, %.0f/s, p99 %s\n", phase.c_str(),
                 static_cast<int>(percent), so_far.per_second(), p99.c_str());
  }
}

void progress_line::end() {
  if (is_open_)
    std::fputc('\n', stderr);
  is_open_ = false;
}

} // namespace registrar::rehearsal
