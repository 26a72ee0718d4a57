#pragma once

#include "cli/common_options.hpp"

namespace registrar {

/// Runs the service until SIGTERM or SIGINT, then stops it with grace; a second
/// signal ends the process at once.
/// @returns exit_done after a stop, exit_could_not_run where it could not
/// start,
///          exit_answer_is_no where the supervisors gave up.
int run_serve(const common_options& options);

void add_serve(CLI::App& app, int& exit_code);

} // namespace registrar
