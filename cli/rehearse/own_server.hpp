#pragma once

#include "cli/rehearse/child_process.hpp"
#include "cli/rehearse/driver.hpp"
#include "cli/rehearse/world.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace registrar::rehearsal {

struct own_server_options {
  /// `registrar`.
  std::filesystem::path program;
  /// Where the data go; empty: a temporary directory.
  std::filesystem::path data_dir;
  /// Passed on to every command: --config, --log-level, --redis, --postgres.
  std::vector<std::string> flags;
  /// Leaves the directory there.
  bool keeps_files = false;
};

/// `registrar serve` as a child on a free loopback port, on data of its own
/// that hold one world. The destructor ends the server and removes the data.
class own_server {
public:
  /// Imports the world, if one is given, starts, waits until registrations are
  /// accepted.
  static fallible<own_server> start(const own_server_options& options,
                                    const world* what);

  ~own_server();
  own_server(own_server&& other) noexcept;
  own_server& operator=(own_server&&) = delete;

  const target& where() const {
    return where_;
  }

  std::optional<process_usage> usage() const;

  /// SIGTERM; a failure where it does not end well in time.
  fallible<done> stop();

  /// `registrar verify` on the stopped server's data.
  /// @return the differences; empty where there are none.
  fallible<std::string> verify() const;

  const std::filesystem::path& directory() const {
    return directory_;
  }

private:
  own_server() = default;

  fallible<done> import(const world& what);
  fallible<done> make_directory(const own_server_options& options);
  fallible<int> run(const std::vector<std::string>& flags) const;
  fallible<done> wait_until_ready();
  std::string announced_url() const;
  std::string output() const;
  std::filesystem::path data() const;
  std::filesystem::path log() const;

  std::filesystem::path program_;
  std::vector<std::string> flags_;
  std::filesystem::path directory_;
  bool removes_ = false;
  std::optional<child_process> process_;
  target where_;
};

} // namespace registrar::rehearsal
