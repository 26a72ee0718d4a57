#include "cli/cluster_command.hpp"
#include "cli/config_command.hpp"
#include "cli/dead_letters_command.hpp"
#include "cli/import_command.hpp"
#include "cli/migrate_command.hpp"
#include "cli/rebuild_command.hpp"
#include "cli/rehearse_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/token_command.hpp"
#include "cli/top_command.hpp"
#include "cli/verify_command.hpp"
#include "config/logging.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>

namespace {

/// Examples come first: most people need nothing else.
class examples_first : public CLI::Formatter {
public:
  std::string make_description(const CLI::App* app) const override {
    auto result = CLI::Formatter::make_description(app);
    if (!app->get_footer().empty())
      result += "\nExamples:\n" + app->get_footer() + "\n\n";
    return result;
  }

  std::string make_footer(const CLI::App*) const override {
    return "";
  }
};

/// Every command of `registrar`.
void add_commands(CLI::App& app, int& exit_code) {
  registrar::add_serve(app, exit_code);
  registrar::add_rehearse(app, exit_code);
  registrar::add_import(app, exit_code);
  registrar::add_verify(app, exit_code);
  registrar::add_dead_letters(app, exit_code);
  registrar::add_cluster(app, exit_code);
  registrar::add_rebuild_ledger(app, exit_code);
  registrar::add_migrate(app, exit_code);
  registrar::add_top(app, exit_code);
  registrar::add_token(app, exit_code);
  registrar::add_config(app, exit_code);
}

/// Names a command that does not exist instead of asking for one.
std::string reason_of(const CLI::App& app, const CLI::ParseError& wrong) {
  auto extras = app.remaining();
  if (app.get_subcommands().empty() && !extras.empty())
    return (extras.front().starts_with("-") ? "There is no flag "
                                            : "There is no command ")
           + extras.front() + "; see registrar --help.";
  return std::string{wrong.what()} + "; see --help.";
}

int run(int argc, char** argv) {
  auto exit_code = int{registrar::exit_done};
  CLI::App app{"Registrar registers students for course sections.",
               "registrar"};
  app.formatter(std::make_shared<examples_first>());
  app.set_version_flag("--version", "registrar " REGISTRAR_VERSION);
  app.footer(
    "  registrar import --sections sections.csv --students students.csv"
    "\n  registrar serve --listen 127.0.0.1:8080 --data-dir data\n"
    "  registrar rehearse --shape homework\n"
    "  registrar serve --help");
  app.require_subcommand(1);
  add_commands(app, exit_code);
  app.allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& wanted) {
    std::puts(wanted.what());
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);
  } catch (const CLI::ParseError& wrong) {
    return registrar::could_not_run(reason_of(app, wrong));
  }
  return exit_code;
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& unexpected) {
    return registrar::could_not_run(std::string{"This should not have "
                                                "happened: "}
                                    + unexpected.what()
                                    + "; please report it.");
  }
}
