#include "cli/migrate_command.hpp"

#include "cli/chosen_stores.hpp"
#include "storage/factory.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

namespace {

fallible<std::vector<std::string>> migrate_stores(const settings& config) {
  if (is_production(config)) {
    auto options = production_options_of(config);
    if (!options)
      return options.error();
    return migrate_production_stores(*options);
  }
  auto directory
    = data_directory::open(config.data_dir, data_directory::purpose::write);
  if (!directory)
    return directory.error();
  return migrate_embedded_stores(*directory);
}

} // namespace

int run_migrate(const common_options& options) {
  auto config = settings_of(options);
  if (!config)
    return exit_could_not_run;
  auto report = migrate_stores(*config);
  if (!report)
    return could_not_run(report.error().detail);
  if (options.json) {
    std::puts(nlohmann::json{{"migrations", *report}}.dump(2).c_str());
  } else if (report->empty()) {
    std::puts("The databases are at this version's schema; nothing was done.");
  } else {
    for (const auto& line : *report)
      std::printf("%s\n", line.c_str());
  }
  return exit_done;
}

void add_migrate(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<common_options>();
  auto& command = add_command(app, "migrate",
                              "Bring the databases to this version's schema",
                              "  registrar migrate --data-dir data\n"
                              "  registrar migrate --redis redis://... "
                              "--postgres postgresql://...");
  add_common_options(command, *options);
  command.callback(
    [options, &exit_code] { exit_code = run_migrate(*options); });
}

} // namespace registrar
