#pragma once

#include "cli/common_options.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace registrar {

struct rehearse_options {
  common_options common;
  std::string shape;
  std::filesystem::path trace;
  /// Empty: a server of our own.
  std::string url;
  std::size_t connections = 64;
  /// Requests per second; 0: as many as the server answers.
  double rate = 0;
  std::uint32_t sections = 2000;
  std::uint32_t registrations = 100'000;
  std::optional<std::uint64_t> seed;
  bool keeps_files = false;
};

/// `registrar rehearse`: a day of registration over real HTTP, and whether
/// every invariant held. @return exit_answer_is_no where one did not.
int run_rehearse(const rehearse_options& options);

void add_rehearse(CLI::App& app, int& exit_code);

} // namespace registrar
