#pragma once

#include "cli/rehearse/child_process.hpp"
#include "cli/rehearse/driver.hpp"
#include "tests/bench/bench_world.hpp"

#include <filesystem>
#include <string>

/// The servers that are measured, each in a process of its own.

namespace registrar::bench {

/// The child's side. Writes its port to `directory/port` and serves until it
/// is killed. @param kind `floor`, `memory`, `front` (memory, with all
/// middleware switched on), `embedded` or `production`.
int serve_bench(const std::string& kind, const std::filesystem::path& directory,
                bench_world world);

/// The parent's side: this binary started again, in a directory of its own
/// that goes away with it.
class bench_server {
public:
  /// @param answer what the floor says; others ignore it.
  static fallible<bench_server>
  start(const std::string& kind, bench_world world, const std::string& answer);

  ~bench_server();
  bench_server(bench_server&& other) noexcept;
  bench_server& operator=(bench_server&&) = delete;

  const rehearsal::target& where() const {
    return where_;
  }

  rehearsal::process_usage usage() const;

private:
  bench_server(std::filesystem::path directory,
               rehearsal::child_process process)
    : directory_(std::move(directory)), process_(std::move(process)) {
  }

  std::filesystem::path directory_;
  rehearsal::child_process process_;
  rehearsal::target where_;
};

/// One request, and the answer as it came, byte by byte.
std::string raw_answer(const rehearsal::target& to, const std::string& request);

} // namespace registrar::bench
