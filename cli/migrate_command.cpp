#include "cli/migrate_command.hpp"

#include "storage/embedded/data_directory.hpp"
#include "storage/factory.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

int run_migrate(const common_options& options) {
  auto config = settings_of(options);
  if (!config)
    return exit_could_not_run;
  auto directory
    = data_directory::open(config->data_dir, data_directory::purpose::write);
  if (!directory)
    return could_not_run(directory.error().detail);
  auto report = migrate_embedded_stores(*directory);
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
                              "  registrar migrate --data-dir data");
  add_common_options(command, *options);
  command.callback(
    [options, &exit_code] { exit_code = run_migrate(*options); });
}

} // namespace registrar
