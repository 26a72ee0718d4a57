#pragma once

#include "cli/common_options.hpp"

#include <string>
#include <vector>

namespace registrar {

struct import_options {
  common_options common;
  std::vector<std::string> sections;
  std::vector<std::string> students;
  std::size_t synthetic = 0;
  bool updates = false;
};

/// Imports all files in one transaction, or nothing and says every fault.
int run_import(const import_options& options);

void add_import(CLI::App& app, int& exit_code);

} // namespace registrar
