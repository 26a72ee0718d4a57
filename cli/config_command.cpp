#include "cli/config_command.hpp"

#include "http/auth/authenticator.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

namespace {

/// Faults of what the settings name: keys that cannot be used.
void add_faults_of_files(loaded_settings& loaded) {
  if (!loaded.faults.empty() || loaded.values.auth == auth_mode::off)
    return;
  if (auto checked = authenticator::check(loaded.values); !checked)
    loaded.faults.push_back({"auth.mode", checked.error().detail});
}

} // namespace

int run_config_check(const common_options& options) {
  auto loaded = load_settings(options.config, options.flags);
  add_faults_of_files(loaded);
  if (options.json) {
    auto faults = nlohmann::json::array();
    for (auto& fault : loaded.faults)
      faults.push_back({{"where", fault.where}, {"what", fault.what}});
    std::puts(nlohmann::json{{"faults", faults}}.dump(2).c_str());
  }
  if (!loaded.faults.empty())
    return say_faults(loaded);
  if (!options.json)
    std::puts("The configuration is sound.");
  return exit_done;
}

int run_config_show(const common_options& options) {
  auto loaded = load_settings(options.config, options.flags);
  if (!loaded.faults.empty())
    return say_faults(loaded);
  if (!options.json) {
    std::fputs(to_toml(loaded).c_str(), stdout);
    return exit_done;
  }
  auto all = nlohmann::json::object();
  for (auto& shown : list_settings(loaded))
    all[shown.name] = {{"value", nlohmann::json::parse(shown.value)},
                       {"origin", shown.origin}};
  std::puts(all.dump(2).c_str());
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
