#pragma once

#include "cli/common_options.hpp"

namespace registrar {

/// Makes from SQL what a Redis has lost. @returns exit_could_not_run while a
/// live ledger exists.
int run_rebuild_ledger(const common_options& options);

void add_rebuild_ledger(CLI::App& app, int& exit_code);

} // namespace registrar
