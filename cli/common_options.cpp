#include "cli/common_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace registrar {

void add_setting_flag(CLI::App& command, common_options& options,
                      const std::string& flag, const std::string& value,
                      const std::string& setting,
                      const std::string& description) {
  command
    .add_option_function<std::string>(
      flag,
      [&options, setting](const std::string& given) {
        options.flags[setting] = given;
      },
      description)
    ->type_name(value);
}

void add_common_options(CLI::App& command, common_options& options) {
  command
    .add_option("--config", options.config,
                "Read settings from this TOML file; `config show` prints one")
    ->type_name("FILE");
  add_setting_flag(command, options, "--data-dir", "DIR", "storage.data_dir",
                   "Directory of journal.db and registrar.db (default: data)");
  add_setting_flag(command, options, "--redis", "redis://HOST:PORT/DB",
                   "redis.url",
                   "Ledger; with --postgres instead of the files in DIR");
  add_setting_flag(command, options, "--postgres", "postgresql://...",
                   "postgres.url", "SQL; with --redis");
  add_setting_flag(command, options, "--log-level", "LEVEL", "log.level",
                   "trace, debug, info, warn, error or off (default: info)");
  command.add_flag("--json", options.json, "Print JSON for programs");
}

int say_faults(const loaded_settings& loaded) {
  for (auto& fault : loaded.faults)
    std::fprintf(stderr, "%s: %s\n", fault.where.c_str(), fault.what.c_str());
  auto count = loaded.faults.size();
  return could_not_run(
    "The configuration has "
    + (count == 1 ? "one fault, listed above; mend it"
                  : std::to_string(count) + " faults, listed above; mend them")
    + " and run this again.");
}

std::optional<settings> settings_of(const common_options& options) {
  auto loaded = load_settings(options.config, options.flags);
  if (loaded.faults.empty())
    return std::move(loaded.values);
  say_faults(loaded);
  return std::nullopt;
}

} // namespace registrar
