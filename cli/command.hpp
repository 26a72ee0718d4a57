#pragma once

#include <string>
#include <string_view>

/// What every subcommand shares. A command `x` is one pair of files,
/// `cli/x_command.*`, with `void add_x(CLI::App& app, int& exit_code)`, which
/// declares its flags and, as callback, `exit_code = run_x(options)`.

namespace CLI {
class App;
}

namespace registrar {

/// Exit codes of every command (API 2).
enum exit_codes : int {
  exit_done = 0,
  /// The answer is no: differences, a broken invariant.
  exit_answer_is_no = 1,
  /// Usage, configuration, an unreachable store, a lock.
  exit_could_not_run = 2,
};

/// Says on stderr, in one sentence, why the command could not run and what to
/// change. @return exit_could_not_run
int could_not_run(std::string_view sentence);

/// Declares a subcommand. @param examples lines that `--help` shows first.
CLI::App& add_command(CLI::App& app, const std::string& name,
                      const std::string& description,
                      const std::string& examples);

} // namespace registrar
