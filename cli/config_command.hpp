#pragma once

#include "cli/common_options.hpp"

namespace registrar {

/// `registrar config check`: judges the configuration, all faults at once.
int run_config_check(const common_options& options);

/// `registrar config show`: every setting, its value and where it came from.
int run_config_show(const common_options& options);

void add_config(CLI::App& app, int& exit_code);

} // namespace registrar
