#include "http/metrics/process_figures.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace registrar {

namespace {

/// Fields of /proc/self/stat behind the name, which may hold anything, counted
/// as proc(5) does.
constexpr int first_field = 3;
constexpr int threads_field = 20;
constexpr int start_field = 22;
constexpr int virtual_field = 23;
constexpr int resident_field = 24;

double seconds_of(const timespec& x) {
  return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_nsec) * 1e-9;
}

double seconds_by(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return seconds_of(now);
}

/// The kernel counts from when it started.
double start_of(std::uint64_t ticks) {
  auto since_boot
    = static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return seconds_by(CLOCK_REALTIME) - seconds_by(CLOCK_BOOTTIME) + since_boot;
}

void read_stat(process_figures& into) {
  std::ifstream file{"/proc/self/stat"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto name_end = text.rfind(')');
  if (name_end == std::string::npos)
    return;
  std::istringstream fields{text.substr(name_end + 1)};
  std::string field;
  auto number = [&field] { return std::stoull(field); };
  for (auto at = first_field; fields >> field; ++at) {
    if (at == threads_field)
      into.threads = number();
    else if (at == start_field)
      into.start_seconds = start_of(number());
    else if (at == virtual_field)
      into.virtual_bytes = number();
    else if (at == resident_field)
      into.resident_bytes
        = number() * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
}

std::uint64_t count_open_files() {
  std::error_code error;
  std::filesystem::directory_iterator at{"/proc/self/fd", error};
  std::uint64_t count = 0;
  for (; !error && at != std::filesystem::directory_iterator{};
       at.increment(error))
    ++count;
  // The one by which they are counted.
  return count > 0 ? count - 1 : 0;
}

} // namespace

process_figures process_figures::read() {
  process_figures result;
  result.cpu_seconds = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
  read_stat(result);
  result.open_files = count_open_files();
  rlimit bound{};
  if (::getrlimit(RLIMIT_NOFILE, &bound) == 0)
    result.open_files_max = bound.rlim_cur;
  return result;
}

} // namespace registrar
