#pragma once

#include "cli/common_options.hpp"

namespace registrar {

/// Brings both databases of a data directory to this version's schema.
int run_migrate(const common_options& options);

void add_migrate(CLI::App& app, int& exit_code);

} // namespace registrar
