#include "cli/config_command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

int run_config_check(const common_options& options) {
  auto loaded = load_settings(options.config, options.flags);
  if (!loaded.faults.empty())
    return say_faults(loaded);
  std::puts("The configuration is sound.");
  return exit_done;
}

int run_config_show(const common_options& options) {
  auto loaded = load_settings(options.config, options.flags);
  if (!loaded.faults.empty())
    return say_faults(loaded);
  std::fputs(to_toml(loaded).c_str(), stdout);
  return exit_done;
}

void add_config(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<common_options>();
  auto& config = add_command(app, "config", "Judge and show the configuration",
                             "  registrar config check --config site.toml\n"
                             "  registrar config show > site.toml");
  config.require_subcommand(1);
  auto& check = add_command(config, "check", "Name every fault at once",
                            "  registrar config check --config site.toml");
  add_common_options(check, *options);
  check.callback(
    [options, &exit_code] { exit_code = run_config_check(*options); });
  auto& show
    = add_command(config, "show", "Print every setting and where it came from",
                  "  registrar config show --config site.toml");
  add_common_options(show, *options);
  show.callback(
    [options, &exit_code] { exit_code = run_config_show(*options); });
}

} // namespace registrar
