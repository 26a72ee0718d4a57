#pragma once

#include "config/setting_table.hpp"

#include <filesystem>

namespace registrar {

/// One value of a configuration file.
struct file_value {
  const setting* what = nullptr;
  given_value value;
  std::uint32_t line = 0;
};

struct file_fault {
  std::uint32_t line = 0;
  std::string what;
};

struct read_file {
  std::vector<file_value> values;
  /// Unreadable (line 0), not TOML, unknown keys, values of a type that nothing
  /// has.
  std::vector<file_fault> faults;
};

/// Reads a TOML file against the table of settings.
read_file read_settings_file(const std::filesystem::path& path);

} // namespace registrar
