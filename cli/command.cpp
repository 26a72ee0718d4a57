#include "cli/command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace registrar {

int could_not_run(std::string_view sentence) {
  std::fprintf(stderr, "registrar: %.*s\n", static_cast<int>(sentence.size()),
               sentence.data());
  return exit_could_not_run;
}

CLI::App& add_command(CLI::App& app, const std::string& name,
                      const std::string& description,
                      const std::string& examples) {
  auto& result = *app.add_subcommand(name, description);
  result.footer(examples);
  return result;
}

} // namespace registrar
