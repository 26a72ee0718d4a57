#include "tests/bench/production_figures.hpp"

#include "tests/bench/bench_server.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include <unistd.h>

namespace registrar::bench {

namespace fs = std::filesystem;

namespace {

using namespace std::chrono_literals;

constexpr auto sync_time_max = 60s;

const char* variable(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

std::string output_of(const std::string& command) {
  std::string result;
  auto* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr)
    return result;
  char part[4096];
  while (auto size = std::fread(part, 1, sizeof part, pipe))
    result.append(part, size);
  ::pclose(pipe);
  return result;
}

/// The number after `name`, or 0.
double number_after(const std::string& text, const std::string& name) {
  auto at = text.find(name);
  return at == std::string::npos
           ? 0
           : std::strtod(text.c_str() + at + name.size(), nullptr);
}

std::chrono::nanoseconds seconds(double s) {
  return std::chrono::nanoseconds{static_cast<std::int64_t>(s * 1e9)};
}

/// Of the server that works in the directory: the postmaster and its children.
std::chrono::nanoseconds postgres_cpu() {
  auto data = fs::path{variable("REGISTRAR_TEST_POSTGRES_DIRECTORY")} / "data";
  auto ticks = 0.0;
  std::error_code error;
  for (const auto& process : fs::directory_iterator{"/proc", error}) {
    auto cwd = fs::read_symlink(process.path() / "cwd", error);
    if (error || cwd != data)
      continue;
    std::ifstream file{process.path() / "stat"};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto after_name = text.rfind(')');
    if (after_name == std::string::npos)
      continue;
    // proc(5): utime and stime are the 14th and 15th field, the name the 2nd.
    std::istringstream fields{text.substr(after_name + 1)};
    std::string skipped;
    for (auto i = 0; i < 11; ++i)
      fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    ticks += user + system;
  }
  return seconds(ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

} // namespace

bool has_production_servers() {
  return *variable("REGISTRAR_TEST_REDIS") != '\0'
         && *variable("REGISTRAR_TEST_POSTGRES_DIRECTORY") != '\0';
}

production_figures read_production_figures() {
  auto info
    = output_of("redis-cli -u " + std::string{variable("REGISTRAR_TEST_REDIS")}
                + " info everything");
  auto commits = output_of(
    "psql -qAtd " + std::string{variable("REGISTRAR_TEST_POSTGRES")}
    + " -c 'select sum(xact_commit + xact_rollback) from pg_stat_database'");
  production_figures result;
  auto count = [](double x) { return static_cast<std::uint64_t>(x); };
  result.redis_reads = count(number_after(info, "total_reads_processed:"));
  result.redis_scripts = count(number_after(info, "cmdstat_evalsha:calls="));
  result.sql_transactions = count(std::strtod(commits.c_str(), nullptr));
  result.redis_cpu = seconds(number_after(info, "used_cpu_user:")
                             + number_after(info, "used_cpu_sys:"));
  result.postgres_cpu = postgres_cpu();
  return result;
}

std::optional<std::chrono::milliseconds>
wait_for_sync(const rehearsal::target& where) {
  auto began = std::chrono::steady_clock::now();
  auto request = "GET /ready?verbose HTTP/1.1\r\nHost: " + where.authority
                 + "\r\nConnection: close\r\n\r\n";
  auto took = 0ms;
  for (; took < sync_time_max; std::this_thread::sleep_for(10ms)) {
    auto answer = raw_answer(where, request);
    took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
    if (answer.find("\"uncommitted\":0,") != std::string::npos)
      return took;
  }
  return std::nullopt;
}

} // namespace registrar::bench
