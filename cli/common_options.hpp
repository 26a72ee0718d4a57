#pragma once

#include "cli/command.hpp"
#include "config/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace registrar {

/// Flags that every command takes after its name.
struct common_options {
  std::optional<std::filesystem::path> config;
  /// Flags that set something, as given, by the setting's name.
  setting_overrides flags;
  /// Machine-readable output.
  bool json = false;
};

/// Declares --config, --data-dir, --log-level and --json. @pre `options`
/// outlives the parsing and the callback.
void add_common_options(CLI::App& command, common_options& options);

/// Declares one more flag that sets something: `--listen HOST:PORT`,
/// `server.listen`.
void add_setting_flag(CLI::App& command, common_options& options,
                      const std::string& flag, const std::string& value,
                      const std::string& setting,
                      const std::string& description);

/// The settings in force; nothing where they have faults, all of which are
/// then on stderr: return exit_could_not_run.
std::optional<settings> settings_of(const common_options& options);

/// Says every fault of a configuration on stderr. @return exit_could_not_run
int say_faults(const loaded_settings& loaded);

} // namespace registrar
